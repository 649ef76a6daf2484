//! Parameters: those of the path by position, all others by name.

use super::compare::{Comparison, Sides, Way};
use super::{Compared, Difference, Part, Shown};
use crate::basis::wire::{Exchange, Location, Parameter, Presence, Types};

pub(super) fn compare((promised, types): (&Exchange, &Types), shown: Shown<'_>, found: &mut Compared) {
    let sides =
        Sides { promised: types, shown: shown.accepts, part: Part::Parameter, status: None, closed: false };
    let mut comparison = Comparison::new(sides);
    for location in [Location::Path, Location::Query, Location::Header, Location::Cookie] {
        let is_unsaid = promised.unknown_parameters.iter().any(|(unsaid, _)| *unsaid == location);
        if is_unsaid {
            continue;
        }
        let at = |exchange: &'_ Exchange| -> Vec<usize> {
            let all = exchange.parameters.iter().enumerate();
            all.filter(|(_, parameter)| parameter.location == location).map(|(at, _)| at).collect()
        };
        let of_contract: Vec<&Parameter> =
            at(promised).into_iter().map(|at| &promised.parameters[at]).collect();
        let of_code: Vec<&Parameter> =
            at(shown.exchange).into_iter().map(|at| &shown.exchange.parameters[at]).collect();
        let hidden = shown.exchange.unknown_parameters.iter().find(|(unknown, _)| *unknown == location);
        pair(&mut comparison, (&of_contract, &of_code), hidden.map(|(_, why)| &**why));
    }
    let unknown = std::mem::take(&mut comparison.unknown);
    found.unknown.extend(unknown.into_iter().map(|why| (Part::Parameter, why)));
    found.mismatches.append(&mut comparison.mismatches);
}

fn pair<'a>(
    comparison: &mut Comparison<'a>,
    (of_contract, of_code): (&[&'a Parameter], &[&'a Parameter]),
    hidden: Option<&str>,
) {
    let mut used = vec![false; of_code.len()];
    for (position, promised) in of_contract.iter().enumerate() {
        let in_path = promised.location == Location::Path;
        let at = if in_path {
            (position < of_code.len()).then_some(position)
        } else {
            of_code.iter().position(|shown| is_same(promised, shown))
        };
        let Some(at) = at else {
            // Code reads headers and cookies in ways that no signature shows.
            let is_seen = matches!(promised.location, Location::Query);
            match hidden {
                Some(why) => comparison.unknown.push(why.into()),
                None if is_seen => comparison.differs(Difference::NotRead, false, &way(promised, None)),
                None => {}
            }
            continue;
        };
        used[at] = true;
        let shown = of_code[at];
        let way = way(promised, Some(shown));
        if promised.presence == Presence::Optional && shown.presence == Presence::Required {
            comparison.differs(Difference::Required, true, &way);
        }
        comparison.types(&promised.r#type, &shown.r#type, way);
    }
    for (shown, used) in of_code.iter().zip(used) {
        if !used && shown.presence == Presence::Required && shown.location != Location::Path {
            let way = Way { pointer: shown.name.to_string(), shown: Some(shown.at), ..Way::default() };
            comparison.differs(Difference::Required, true, &way);
        }
    }
}

fn is_same(promised: &Parameter, shown: &Parameter) -> bool {
    let same = |name: &str| match promised.location {
        Location::Header => promised.name.eq_ignore_ascii_case(name),
        Location::Path | Location::Query | Location::Cookie => *promised.name == *name,
    };
    same(&shown.name) || shown.aliases.iter().any(|alias| same(alias))
}

fn way(promised: &Parameter, shown: Option<&Parameter>) -> Way {
    Way {
        pointer: promised.name.to_string(),
        promised: promised.at,
        shown: shown.map(|shown| shown.at),
        ..Way::default()
    }
}
