//! Words for differences between what an API promises and what the code takes and gives; three rules share them, one for each part.

use std::collections::{BTreeMap, BTreeSet};

use super::endpoint_divergence::endpoint_name;
use super::words::{bare_finding, spec_label};
use crate::basis::{Finding, Label, Place, RoutePattern, RuleId, Severity};
use crate::reflexion::{Difference, Drifted, ExchangeDeviation, Mismatch, Part, Reflexion};
use crate::spec::{Waiver, WaiverSubject};

/// The findings of one part.
pub(super) fn check(
    (rule, severity): (RuleId, Severity),
    part: Part,
    reflexion: &Reflexion<'_>,
    findings: &mut Vec<Finding>,
) {
    let of_part = reflexion.exchanges.iter().filter(|drifted| drifted.value.mismatch.part == part);
    let mut respelled: BTreeMap<_, Vec<Respelled<'_>>> = BTreeMap::new();
    let mut constants: BTreeMap<_, Vec<&Drifted<ExchangeDeviation>>> = BTreeMap::new();
    for drifted in of_part {
        if let Some((object, name)) = respelled_in(&drifted.value) {
            respelled.entry((object, drifted.drift)).or_default().push((drifted, name));
        } else if let Some(place) = place_of_constant(&drifted.value) {
            let waivers = &reflexion.design.waivers;
            let waiver = waivers.iter().filter_map(|waiver| excused(waiver, rule, &drifted.value)).next();
            constants.entry((place, drifted.drift, waiver)).or_default().push(drifted);
        } else {
            findings.push(finding((rule, severity), reflexion, drifted));
        }
    }
    for ((_, _, waiver), values) in &constants {
        let mut finding = finding((rule, severity), reflexion, &all_constants(values));
        finding.subject.at = waiver.map(str::to_owned).or(finding.subject.at);
        findings.push(finding);
    }
    for fields in respelled.values_mut() {
        fields.sort_by_key(|(drifted, _)| &drifted.value.code);
        findings.push(match fields.as_slice() {
            [(only, _)] => finding((rule, severity), reflexion, only),
            fields => all_respelled((rule, severity), reflexion, fields),
        });
    }
}

/// The constants of which the other side knows none.
fn constants(mismatch: &Mismatch) -> Option<&[Box<str>]> {
    let Difference::Choices(values) = &mismatch.what else { return None };
    Some(values)
}

/// Where a constant differs, without the constant: those of one place are shown together.
fn place_of_constant(deviation: &ExchangeDeviation) -> Option<(usize, String, String)> {
    let values = constants(&deviation.mismatch)?;
    let (api, owner, _, pointer, _) = deviation.key();
    let place = pointer.strip_suffix(&values.join(",")).map(str::to_owned);
    Some((api, owner, place.unwrap_or(pointer)))
}

/// The `at` of a waiver that names this constant (`Order/status=paid`, of several `Order/status=paid,void`): it is shown apart from those
/// that it does not name, and stays excused when there are more.
fn excused<'w>(waiver: &'w Waiver, rule: RuleId, deviation: &ExchangeDeviation) -> Option<&'w str> {
    let values = constants(&deviation.mismatch)?;
    let WaiverSubject::Endpoint { endpoint, pointer: Some(pointer), .. } = &waiver.subject else {
        return None;
    };
    let (method, path) = endpoint.value.split_once(char::is_whitespace)?;
    let shape = RoutePattern::new(path.trim()).shape();
    let is_it = deviation.affects.iter().any(|affected| {
        affected.method.to_string().eq_ignore_ascii_case(method) && affected.path.shape() == shape
    });
    let own = within(&deviation.mismatch);
    let named = pointer.value.strip_prefix(own.strip_suffix(&values.join(","))?)?;
    let is_named =
        values.iter().all(|value| *named == **value || named.split(',').any(|one| *one == **value));
    (waiver.rule.value == rule && is_it && is_named).then_some(&*pointer.value)
}

/// Several constants of one place as one difference.
fn all_constants(values: &[&Drifted<ExchangeDeviation>]) -> Drifted<ExchangeDeviation> {
    let all = values.iter().filter_map(|one| constants(&one.value.mismatch)).flatten().cloned().collect();
    let mut whole = together(values[0], &values[1..]);
    whole.value.mismatch.what = Difference::Choices(all);
    whole
}

/// Several differences as the first of them, with the places and endpoints of all.
fn together(
    first: &Drifted<ExchangeDeviation>,
    others: &[&Drifted<ExchangeDeviation>],
) -> Drifted<ExchangeDeviation> {
    let mut whole = first.clone();
    for other in others {
        let places = std::iter::once(&other.value.code).chain(&other.value.also);
        for place in places {
            if *place != whole.value.code && !whole.value.also.contains(place) {
                whole.value.also.push(place.clone());
            }
        }
        whole.value.affects.extend(other.value.affects.iter().cloned());
    }
    let mut seen = BTreeSet::new();
    whole.value.affects.retain(|affected| seen.insert(affected.clone()));
    whole
}

/// A field that is spelled otherwise in the code, and how.
type Respelled<'a> = (&'a Drifted<ExchangeDeviation>, Box<str>);

/// The object of which a field is there under the same words written otherwise (`order_id`, `orderId`), and how they are written there:
/// one `rename_all` does that to all of its fields.
fn respelled_in(deviation: &ExchangeDeviation) -> Option<((usize, String, String), Box<str>)> {
    let Difference::Renamed(other) = &deviation.mismatch.what else { return None };
    let (api, owner, _, pointer, _) = deviation.key();
    let (object, name) = pointer.rsplit_once('/')?;
    let words = |name: &str| name.replace(['_', '-'], "").to_lowercase();
    (words(name) == words(other)).then(|| ((api, owner, object.to_owned()), other.clone()))
}

/// One finding of several fields that are spelled otherwise, at the first of them.
fn all_respelled(of: (RuleId, Severity), reflexion: &Reflexion<'_>, fields: &[Respelled<'_>]) -> Finding {
    let deviations: Vec<_> = fields.iter().map(|(field, _)| *field).collect();
    let mut whole = together(deviations[0], &deviations[1..]);
    let names = fields.iter().map(|(field, _)| last(&field.value.mismatch.pointer).into());
    let (names, others): (Vec<Box<str>>, Vec<_>) =
        names.zip(fields.iter().map(|(_, other)| other.clone())).unzip();
    let pointer = &mut whole.value.mismatch.pointer;
    pointer.truncate(pointer.rfind('/').unwrap_or_default());
    let mut finding = finding(of, reflexion, &whole);
    let it = subject(&whole.value);
    let verb = if whole.value.mismatch.part == Part::Response { "sent" } else { "read" };
    finding.message =
        format!("{it} is promised with {}, and {verb} with {}", quoted(&names), quoted(&others));
    finding.help =
        vec!["keep the names on the wire: `#[serde(rename_all = \"…\")]` over the type".to_owned()];
    finding
}

/// The last name of a pointer.
fn last(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or_default()
}

fn finding(
    (rule, severity): (RuleId, Severity),
    reflexion: &Reflexion<'_>,
    drifted: &Drifted<ExchangeDeviation>,
) -> Finding {
    let design = reflexion.design;
    let deviation = &drifted.value;
    let mismatch = &deviation.mismatch;
    let api = &design.apis[deviation.api];
    let (_, owner, part, pointer, kind) = deviation.key();
    let identity = vec![api.name.value.clone(), owner, part.as_str().to_owned(), pointer, kind.to_owned()];
    let message = message(deviation);
    let severity = if mismatch.breaks { severity } else { Severity::Note };
    let mut finding = bare_finding(rule, severity, identity, message);
    finding.drift = drifted.drift;
    let place = |(file, span): &(crate::basis::RepoPath, crate::basis::Span)| Place {
        origin: drifted.origin,
        file: file.clone(),
        span: *span,
    };
    finding.site = Some(Label { place: place(&deviation.code), text: String::new() });
    finding.also = deviation.also.iter().map(place).collect();
    finding.declared = Some(spec_label(design, deviation.at, promise(mismatch)));
    finding.why = Some(api.why.value.clone());
    finding.subject.to = Some(api.name.value.clone());
    finding.subject.at = Some(within(mismatch)).filter(|at| !at.is_empty());
    if let Some(first) = deviation.affects.first() {
        finding.subject.endpoint = Some(endpoint_name(first.method, &first.path));
        finding.subject.from_item = first.handler.as_ref().map(ToString::to_string);
        let handler = first.handler.iter().map(ToString::to_string);
        let types = mismatch.through.iter().map(ToString::to_string);
        finding.subject.reached =
            finding.subject.endpoint.iter().cloned().chain(handler).chain(types).collect();
    }
    if deviation.affects.len() > 1 {
        let names = deviation.affects.iter().map(|affected| endpoint_name(affected.method, &affected.path));
        finding.subject.affects = names.collect();
    }
    finding.help = help(deviation);
    finding
}

/// Where in a contract it differs, so that no other place is called the same: the schema, or else the status, and the pointer in it; of
/// constants also which.
fn within(mismatch: &Mismatch) -> String {
    let owner = match (&mismatch.schema, mismatch.status) {
        (Some(schema), _) => schema.to_string(),
        (None, Some(status)) => status.to_string(),
        (None, None) => String::new(),
    };
    let constants = constants(mismatch).map(|values| format!("={}", values.join(","))).unwrap_or_default();
    owner + &mismatch.pointer + &constants
}

/// What differs, by the contract's name for it: `` `Order.note` ``, `` `token` in the response of `POST /login` ``.
fn subject(deviation: &ExchangeDeviation) -> String {
    let mismatch = &deviation.mismatch;
    let endpoint = deviation.affects.first().map(|first| endpoint_name(first.method, &first.path));
    let endpoint = endpoint.unwrap_or_default();
    let whole = match (mismatch.part, mismatch.status) {
        (Part::Parameter, _) if mismatch.schema.is_none() => {
            return format!("parameter `{}` of `{endpoint}`", mismatch.pointer);
        }
        (Part::Parameter, _) => format!("a parameter of `{endpoint}`"),
        (Part::Request, _) => format!("the request of `{endpoint}`"),
        (Part::Response, Some(status)) => format!("the {status} response of `{endpoint}`"),
        (Part::Response, None) => format!("the response of `{endpoint}`"),
    };
    let path =
        mismatch.pointer.trim_start_matches('/').replace('/', ".").replace("~1", "/").replace("~0", "~");
    match (&mismatch.schema, path.is_empty()) {
        (Some(schema), true) => format!("`{schema}`"),
        (Some(schema), false) => format!("`{schema}.{path}`"),
        (None, true) => whole,
        (None, false) => format!("`{path}` in {whole}"),
    }
}

fn message(deviation: &ExchangeDeviation) -> String {
    let mismatch = &deviation.mismatch;
    let it = subject(deviation);
    let sends = mismatch.part == Part::Response;
    let verb = if sends { "sent" } else { "read" };
    match &mismatch.what {
        Difference::Missing => format!("{it} is promised and not sent"),
        Difference::Renamed(name) => format!("{it} is promised, and {verb} as `{name}`"),
        Difference::Undeclared if mismatch.schema.is_none() && mismatch.pointer.is_empty() => {
            format!("{it} is promised without a body, and sent with one")
        }
        Difference::Undeclared => format!("{it} is sent and not promised"),
        Difference::MayBeAbsent => format!("{it} is promised always and may be absent"),
        Difference::Null if sends => format!("{it} is promised and may be null"),
        Difference::Null => format!("{it} may be null, and the code refuses null"),
        Difference::Required => format!("{it} is left to clients, and the code requires it"),
        Difference::Refused => format!("{it} is promised to be read, and the code refuses it"),
        Difference::NotRead => format!("{it} is promised to be read, and the code ignores it"),
        Difference::Type(promised, shown) => format!("{it} is promised as {promised}, and {verb} as {shown}"),
        Difference::Choices(values) if sends => {
            format!("{it} can be {}, which is not promised", quoted(values))
        }
        Difference::Choices(values) => format!("{it} may be {}, which the code refuses", quoted(values)),
        Difference::Media(promised, shown) => {
            format!("{it} is promised as `{promised}`, and {verb} as `{shown}`")
        }
        Difference::Status(_) => format!("{it} is not promised"),
        Difference::Unclear(what) => format!("{it} depends on how it is encoded: {what}"),
    }
}

/// What stands under the line of the contract.
fn promise(mismatch: &Mismatch) -> &'static str {
    match (&mismatch.what, mismatch.part) {
        (Difference::Undeclared, _) => "nothing more is promised here",
        (Difference::Status(_), _) => "the statuses that are promised begin here",
        (Difference::Required, _) => "clients may leave it out",
        (_, Part::Response) => "clients read it as it stands here",
        (_, Part::Parameter | Part::Request) => "clients send it as it stands here",
    }
}

fn help(deviation: &ExchangeDeviation) -> Vec<String> {
    let mismatch = &deviation.mismatch;
    let name = last(&mismatch.pointer);
    let sends = mismatch.part == Part::Response;
    let verb = if sends { "send" } else { "read" };
    match &mismatch.what {
        _ if !mismatch.breaks => Vec::new(),
        Difference::Missing if name.is_empty() => vec!["send the body that is promised".to_owned()],
        Difference::Missing => vec![format!("{verb} `{name}` again, under that name and always")],
        Difference::Renamed(other) => vec![
            format!("keep the name on the wire: `#[serde(rename = \"{name}\")]` over `{other}`"),
            "`alias` is no fix for what is sent: it is a name that is read".to_owned(),
        ]
        .into_iter()
        .take(if sends { 2 } else { 1 })
        .collect(),
        Difference::MayBeAbsent => vec![format!("always send `{name}`: take `skip_serializing_if` away")],
        Difference::Null if sends => vec![
            format!("send a value for `{name}`, whatever the code keeps inside"),
            "`skip_serializing_if` is no fix: then it is absent".to_owned(),
        ],
        Difference::Null => vec![format!("take null for `{name}` too: `Option<…>`")],
        Difference::Required => vec![format!(
            "let `{}` be absent: `#[serde(default)]` or `Option<…>`",
            if name.is_empty() { "the body" } else { name }
        )],
        Difference::Refused => vec![format!("give the type a field `{name}`")],
        Difference::Type(promised, _) => vec![format!("{verb} it as {promised}")],
        Difference::Choices(_) if sends => vec!["send only what is promised".to_owned()],
        Difference::Choices(_) => vec!["read every constant that is promised".to_owned()],
        Difference::Media(promised, _) => vec![format!("{verb} it as `{promised}`")],
        Difference::Status(_) => vec!["answer with a status that is promised".to_owned()],
        Difference::Undeclared => {
            vec![format!("leave `{name}` out: `#[serde(skip)]`, or a type for the wire of its own")]
        }
        Difference::NotRead | Difference::Unclear(_) => Vec::new(),
    }
}

fn quoted(values: &[Box<str>]) -> String {
    const MOST: usize = 5;
    let shown = values.iter().take(MOST).map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
    if values.len() > MOST { format!("{shown} and {} more", values.len() - MOST) } else { shown }
}
