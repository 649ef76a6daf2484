//! Two types, one as promised and one as shown: what a sender can send that a receiver does not expect.
//!
//! In a request the contract says what is sent and the code reads it; in a response it is the other way round. Types that contain each
//! other are compared once for each pair, and nothing recurses but the trial of alternatives, whose depth has an end.

use std::cell::Cell;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use super::near::is_near;
use super::scalars::{Fit, fits};
use super::{Difference, Mismatch, Part, choices, describe};
use crate::basis::wire::{
    Alternative, Choices, Field, Format, Object, OneOf, Presence, Rest, Shape, Spot, Status, Type, TypeId,
    Types,
};

/// How many pairs of types are compared for one body; real bodies have a few hundred.
const PAIRS: usize = 20_000;
/// How many pairs of types are compared to try alternatives; what is tried no further counts as understood.
const TRIED: u32 = 20_000;
/// How deep alternatives inside alternatives are tried.
const TRIALS: u32 = 4;

/// What is compared, and in which direction.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) promised: &'a Types,
    pub(super) shown: &'a Types,
    pub(super) part: Part,
    pub(super) status: Option<Status>,
    /// Whether what is sent beside what is promised breaks a client.
    pub(super) closed: bool,
}

/// Where in both types a comparison has come to.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    pub(super) schema: Option<TypeId>,
    pub(super) pointer: String,
    pub(super) through: Vec<TypeId>,
    pub(super) promised: Spot,
    /// The type of the contract that is compared, where it is written.
    pub(super) written: Option<Spot>,
    pub(super) shown: Option<Spot>,
    /// The innermost type of the code on the way, which is to blame for what it does not have.
    pub(super) owner: Option<Spot>,
    /// The innermost schema of the contract on the way, or the body it is written in.
    pub(super) within: Option<Spot>,
    /// What null is in the field that it has come to.
    pub(super) null: Null,
    /// The fields of all the alternatives that the code may send here.
    pub(super) sent: Option<Rc<BTreeSet<Box<str>>>>,
}

/// What null is where it is sent and not promised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Null {
    /// A value that nobody expects.
    #[default]
    Unexpected,
    /// "Not there", in a field that a contract lets be absent.
    Absent,
    /// What may never be sent: a function that nobody reads leaves the field out.
    LeftOut,
    /// Told already, where the choice stands that this is an alternative of.
    Told,
}

/// A type that is promised beside one that is shown.
struct Pair<'a> {
    promised: &'a Type,
    shown: &'a Type,
    way: Way,
}

/// A comparison under way.
pub(super) struct Comparison<'a> {
    sides: Sides<'a>,
    open: VecDeque<Pair<'a>>,
    met: BTreeSet<(*const Type, *const Type)>,
    depth: u32,
    /// Whether something breaks: all that is asked where alternatives are tried.
    breaks: bool,
    /// Whether something may break: it is not known whether the code can do without a field that is not sent.
    is_doubtful: bool,
    /// How many more pairs are compared to try alternatives, in all trials together.
    budget: Rc<Cell<u32>>,
    pub(super) mismatches: Vec<Mismatch>,
    pub(super) unknown: Vec<Box<str>>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(sides: Sides<'a>) -> Self {
        Self {
            sides,
            open: VecDeque::new(),
            met: BTreeSet::new(),
            depth: 0,
            breaks: false,
            is_doubtful: false,
            budget: Rc::new(Cell::new(TRIED)),
            mismatches: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// Compares two types from `way` on.
    pub(super) fn types(&mut self, promised: &'a Type, shown: &'a Type, way: Way) {
        self.open.push_back(Pair { promised, shown, way });
        while let Some(pair) = self.open.pop_front() {
            if self.is_trial() {
                if self.breaks {
                    return;
                }
                self.budget.set(self.budget.get().saturating_sub(1));
                if self.budget.get() == 0 {
                    self.open.clear();
                    return;
                }
            }
            if self.met.len() > PAIRS {
                self.unknown.push("it is too large to be compared".into());
                self.open.clear();
                return;
            }
            self.step(pair);
        }
    }

    /// Notes a difference at a place.
    pub(super) fn differs(&mut self, what: Difference, breaks: bool, way: &Way) {
        self.breaks |= breaks;
        if self.is_trial() {
            return;
        }
        let name = |types: &Types, id: TypeId| types.named.get(id.0 as usize).map(|named| named.name.clone());
        self.mismatches.push(Mismatch {
            part: self.sides.part,
            what,
            breaks,
            schema: way.schema.and_then(|id| name(self.sides.promised, id)),
            pointer: way.pointer.clone(),
            status: self.sides.status,
            promised: way.promised,
            written: way.written,
            shown: way.shown,
            through: way.through.iter().filter_map(|id| name(self.sides.shown, *id)).collect(),
        });
    }

    /// Whether it is only tried if nothing breaks: nobody asks what differs, and where.
    fn is_trial(&self) -> bool {
        self.depth > 0
    }

    fn code_sends(&self) -> bool {
        self.sides.part == Part::Response
    }

    fn step(&mut self, Pair { promised, shown, mut way }: Pair<'a>) {
        // Whether null may stand here is the field's own matter, whatever type it has.
        let mut here = way.clone();
        let (promised, may_be_null) = self.named(promised, &mut way, true);
        let (shown, can_be_null) = self.named(shown, &mut way, false);
        way.written = Some(promised.at);
        here.written = way.written;
        let (sends_null, reads_null) =
            if self.code_sends() { (can_be_null, may_be_null) } else { (may_be_null, can_be_null) };
        let is_said = !matches!(promised.shape, Shape::Any | Shape::Unknown(_))
            && !matches!(shown.shape, Shape::Unknown(_))
            && (self.code_sends() || !matches!(shown.shape, Shape::Any));
        // A request has no way to write null outside of its body.
        if sends_null && !reads_null && is_said && self.sides.part != Part::Parameter {
            match here.null {
                Null::Unexpected => self.differs(Difference::Null, true, &here),
                Null::Absent => self.differs(Difference::Null, false, &here),
                Null::LeftOut => self.unknown.push("whether it sends null".into()),
                Null::Told => {}
            }
        }
        if !self.met.insert((std::ptr::from_ref(promised), std::ptr::from_ref(shown))) {
            return;
        }
        if let Shape::Unknown(why) = &shown.shape {
            self.unknown.push(why.clone());
            return;
        }
        match (&promised.shape, self.code_sends()) {
            (Shape::Any | Shape::Unknown(_), _) => return,
            _ if matches!(shown.shape, Shape::Any) => {
                if self.code_sends() {
                    self.unknown.push("the code sends whatever JSON allows".into());
                }
                return;
            }
            _ => {}
        }
        self.shapes((promised, shown), way);
    }

    /// The type behind its names, noting them on the way; and whether it may be null.
    fn named(&self, r#type: &'a Type, way: &mut Way, is_promised: bool) -> (&'a Type, bool) {
        let types = if is_promised { self.sides.promised } else { self.sides.shown };
        let (mut at, mut nullable) = (r#type, is_nullable(r#type));
        for _ in 0..=types.named.len() {
            let Shape::Named(id) = at.shape else { break };
            let Some(named) = types.named.get(id.0 as usize) else { break };
            if self.is_trial() {
                // Nobody asks for the way.
            } else if is_promised {
                way.schema = Some(id);
                way.within = Some(named.at);
                way.pointer.clear();
            } else if way.through.last() != Some(&id) {
                way.through.push(id);
            }
            at = &named.r#type;
            nullable |= is_nullable(at);
            if !is_promised && !self.is_trial() {
                way.owner = Some(at.at);
            }
        }
        (at, nullable)
    }

    fn shapes(&mut self, (promised, shown): (&'a Type, &'a Type), way: Way) {
        match (&promised.shape, &shown.shape) {
            (Shape::OneOf(_), _) | (_, Shape::OneOf(_)) => self.alternatives((promised, shown), way),
            (Shape::Object(of_contract), Shape::Object(of_code))
                if self.are_strangers(of_contract, of_code) =>
            {
                self.differ((promised, shown), &way);
            }
            (Shape::Object(promised), Shape::Object(shown)) => self.objects((promised, shown), &way),
            (Shape::List(promised), Shape::List(shown)) => self.push(promised, shown, way),
            (Shape::Tuple(promised), Shape::Tuple(shown)) if promised.len() == shown.len() => {
                for (promised, shown) in promised.iter().zip(shown) {
                    self.push(promised, shown, way.clone());
                }
            }
            (Shape::List(promised), Shape::Tuple(shown)) if self.code_sends() => {
                for shown in shown {
                    self.push(promised, shown, way.clone());
                }
            }
            (Shape::Tuple(promised), Shape::List(shown)) if !self.code_sends() => {
                for promised in promised {
                    self.push(promised, shown, way.clone());
                }
            }
            (Shape::Enum(promised), Shape::Enum(shown)) => {
                let (sent, read) = if self.code_sends() { (shown, promised) } else { (promised, shown) };
                let unknown = choices::unknown(sent, read);
                if !unknown.is_empty() {
                    self.differs(Difference::Choices(unknown), true, &way);
                }
            }
            _ => self.plain((promised, shown), &way),
        }
    }

    /// What is no two of the same kind of parts.
    fn plain(&mut self, (promised, shown): (&'a Type, &'a Type), way: &Way) {
        let (sent, read) = if self.code_sends() { (shown, promised) } else { (promised, shown) };
        let is_like = |choices: &Choices, other: &Shape| {
            let is_number = matches!(other, Shape::Int(_) | Shape::Number);
            if choices.numbers { is_number } else { matches!(other, Shape::Text(_)) }
        };
        let fit = match (&sent.shape, &read.shape) {
            (Shape::Enum(choices), other) if is_like(choices, other) => Fit::Fits,
            (other, Shape::Enum(choices)) if is_like(choices, other) && self.code_sends() => {
                self.unknown.push("which constants it sends".into());
                Fit::Fits
            }
            // Outside of bodies everything is text.
            (Shape::Int(_) | Shape::Number | Shape::Bool, Shape::Text(Format::Plain))
                if self.sides.part == Part::Parameter =>
            {
                Fit::Fits
            }
            (Shape::List(_), Shape::Text(Format::Plain)) if self.sides.part == Part::Parameter => {
                self.unknown.push("how it takes a text apart".into());
                Fit::Fits
            }
            (sent, read) => fits(sent, read, self.code_sends()),
        };
        match fit {
            Fit::Fits => {}
            Fit::Unclear(what) => self.differs(Difference::Unclear(what), false, way),
            Fit::Differs => self.differ((promised, shown), way),
        }
    }

    /// Notes that a type is another one, each by the name that led to it and what it is: both may have one name.
    fn differ(&mut self, (promised, shown): (&'a Type, &'a Type), way: &Way) {
        if self.is_trial() {
            self.breaks = true;
            return;
        }
        let name = |types: &Types, r#type: &Type, last: Option<TypeId>| {
            let named = last.and_then(|id| types.named.get(id.0 as usize));
            match named.filter(|named| std::ptr::eq(&named.r#type, r#type)) {
                Some(named) => {
                    let name = named.name.rsplit("::").next().unwrap_or(&named.name);
                    format!("{name} ({})", describe(types, r#type))
                }
                None => describe(types, r#type),
            }
        };
        let of_contract = name(self.sides.promised, promised, way.schema);
        let of_code = name(self.sides.shown, shown, way.through.last().copied());
        self.differs(Difference::Type(of_contract.into(), of_code.into()), true, way);
    }

    /// Whether two objects have nothing in common: that is one difference, not one for each of their fields.
    fn are_strangers(&self, promised: &Object, shown: &Object) -> bool {
        let code_sends = self.code_sends();
        let of_contract = || promised.fields.iter().filter(|field| is_part(field, code_sends));
        let is_there = |field: &Field| {
            shown
                .fields
                .iter()
                .any(|shown| is_same(field, shown, code_sends) || is_near(&field.name, &shown.name))
        };
        shown.rest == Rest::Ignored
            && of_contract().filter(|field| field.presence == Presence::Required).count() > 1
            && shown.fields.len() > 1
            && !of_contract().any(is_there)
    }

    fn push(&mut self, promised: &'a Type, shown: &'a Type, way: Way) {
        let way = Way { null: Null::Unexpected, sent: None, ..way };
        self.open.push_back(Pair { promised, shown, way });
    }

    fn objects(&mut self, (promised, shown): (&'a Object, &'a Object), way: &Way) {
        let mut used: BTreeSet<&str> = BTreeSet::new();
        let code_sends = self.code_sends();
        for field in promised.fields.iter().filter(|field| is_part(field, code_sends)) {
            let of_code = shown.fields.iter().find(|shown| is_same(field, shown, code_sends));
            match of_code {
                Some(of_code) => {
                    used.insert(&of_code.name);
                    self.field(field, of_code, self.field_way(way, field, Some(of_code)));
                }
                // What one alternative leaves out another one sends.
                None if field.presence != Presence::Required
                    && way.sent.as_ref().is_some_and(|sent| sent.contains(&field.name)) => {}
                None => {
                    let at = self.field_way(way, field, None);
                    self.absent((field, promised), shown, (&at, &mut used));
                }
            }
        }
        for field in shown.fields.iter().filter(|field| !used.contains(&*field.name)) {
            self.beside(field, promised, way);
        }
        if let (Rest::Of(promised_rest), Rest::Of(shown_rest)) = (&promised.rest, &shown.rest) {
            let mut at = way.clone();
            at.pointer.push_str("/*");
            self.push(promised_rest, shown_rest, at);
        }
    }

    /// The way to a field; `named` is what it goes by.
    fn field_way(&self, way: &Way, named: &Field, shown: Option<&Field>) -> Way {
        if self.is_trial() {
            return Way { null: way.null, ..Way::default() };
        }
        let mut at = way.clone();
        at.pointer.push('/');
        at.pointer.push_str(&escaped(&named.name));
        at.promised = named.at;
        at.written = None;
        at.sent = None;
        at.shown = shown.map(|shown| shown.at).or(at.shown);
        at
    }

    /// A field that both sides have.
    fn field(&mut self, promised: &'a Field, shown: &'a Field, mut way: Way) {
        let breaks = if self.code_sends() {
            let may_be_absent = matches!(shown.presence, Presence::Optional | Presence::Perhaps);
            promised.presence == Presence::Required && may_be_absent
        } else {
            promised.presence == Presence::Optional && shown.presence == Presence::Required
        };
        if breaks {
            let what = if self.code_sends() { Difference::MayBeAbsent } else { Difference::Required };
            self.differs(what, true, &way);
        }
        way.null = match shown.presence {
            Presence::Unclear if self.code_sends() && promised.presence != Presence::Required => Null::Absent,
            Presence::Perhaps => Null::LeftOut,
            Presence::Required | Presence::Optional | Presence::Unclear => Null::Unexpected,
        };
        self.open.push_back(Pair { promised: &promised.r#type, shown: &shown.r#type, way });
    }

    /// A field that the code does not have.
    fn absent(
        &mut self,
        (field, promised): (&'a Field, &'a Object),
        shown: &'a Object,
        (way, used): (&Way, &mut BTreeSet<&'a str>),
    ) {
        if let Rest::Of(_) = shown.rest {
            if self.code_sends() && field.presence == Presence::Required {
                self.unknown.push("which fields a map holds".into());
            }
            return;
        }
        let is_free = |other: &&Field| {
            !used.contains(&*other.name) && promised.fields.iter().all(|known| known.name != other.name)
        };
        let way = &Way { shown: way.owner.or(way.shown), ..way.clone() };
        let near = shown.fields.iter().filter(is_free).find(|other| is_near(&field.name, &other.name));
        if let Some(near) = near {
            used.insert(&near.name);
            let way = Way { shown: Some(near.at), ..way.clone() };
            self.differs(Difference::Renamed(near.name.clone()), true, &way);
        } else if self.code_sends() {
            self.differs(Difference::Missing, field.presence == Presence::Required, way);
        } else if shown.rest == Rest::Refused {
            self.differs(Difference::Refused, true, way);
        } else {
            self.differs(Difference::NotRead, false, way);
        }
    }

    /// A field that is not promised.
    fn beside(&mut self, field: &Field, promised: &Object, way: &Way) {
        let mut at = self.field_way(way, field, Some(field));
        at.promised = way.within.unwrap_or(way.promised);
        at.written = way.written;
        let is_known = promised.fields.iter().any(|known| known.name == field.name);
        if self.code_sends() {
            match field.presence {
                _ if is_known || matches!(promised.rest, Rest::Of(_)) => {}
                // An object of which nothing is promised but that it is one.
                _ if promised.fields.is_empty() && !self.sides.closed => {}
                // What may never be sent breaks nobody but where more than is promised does.
                Presence::Perhaps if !self.sides.closed => {}
                Presence::Perhaps => self.unknown.push(format!("whether it sends `{}`", field.name).into()),
                Presence::Required | Presence::Optional | Presence::Unclear => {
                    self.differs(Difference::Undeclared, self.sides.closed, &at);
                }
            }
        } else if field.presence == Presence::Required && !is_known {
            self.differs(Difference::Required, true, &at);
        } else if field.presence == Presence::Unclear && !is_known {
            self.is_doubtful = true;
        }
    }

    /// Each alternative of the sender has to be one that the receiver knows.
    fn alternatives(&mut self, (promised, shown): (&'a Type, &'a Type), way: Way) {
        let (of_contract, of_code) = (choices::options(promised), choices::options(shown));
        let sent = (self.code_sends() && of_code.len() > 1)
            .then(|| Rc::new(choices::fields(of_code.iter().map(|(_, option)| *option), self.sides.shown)));
        let way = Way { null: Null::Told, sent, ..way };
        if let ([promised], [shown]) = (&of_contract[..], &of_code[..]) {
            self.open.push_back(Pair { promised: promised.1, shown: shown.1, way });
            return;
        }
        if self.budget.get() == 0 {
            self.unknown.push("it has more alternatives than are tried".into());
        }
        let code_sends = self.code_sends();
        let (sent, read) = if code_sends { (&of_code, &of_contract) } else { (&of_contract, &of_code) };
        let Sides { promised: contract, shown: code, .. } = self.sides;
        let (sent_types, read_types) = if code_sends { (code, contract) } else { (contract, code) };
        for (name, option) in sent {
            let same = read.iter().find(|(other, _)| name.is_some() && name == other);
            let tried = self.understood_by(option, read, &way);
            if tried.is_none()
                && let Some(unknown) = self.unknown_parts(option, read, &way)
            {
                if !unknown.is_empty() {
                    self.differs(Difference::Choices(unknown), true, &way);
                }
                continue;
            }
            let Some((_, other)) = tried.or(same) else {
                if self.is_trial() {
                    self.breaks = true;
                    return;
                }
                if let [(_, only)] = read[..]
                    && choices::are_objects((option, sent_types), (only, read_types))
                {
                    // Which of its fields differ says more than that something does.
                    let (promised, shown) = if code_sends { (only, *option) } else { (*option, only) };
                    self.open.push_back(Pair { promised, shown, way: way.clone() });
                    continue;
                }
                let (promised, shown) = if code_sends { (promised, *option) } else { (*option, shown) };
                let words = (
                    describe(self.sides.promised, promised).into(),
                    describe(self.sides.shown, shown).into(),
                );
                self.differs(Difference::Type(words.0, words.1), true, &way);
                continue;
            };
            let (promised, shown) = if code_sends { (*other, *option) } else { (*option, *other) };
            self.open.push_back(Pair { promised, shown, way: way.clone() });
        }
    }

    /// The first alternative of the reader that a value of the sender is certainly one of; where there is none, the first that it may be.
    fn understood_by<'r, N>(
        &self,
        sent: &Type,
        read: &'r [(N, &'a Type)],
        way: &Way,
    ) -> Option<&'r (N, &'a Type)> {
        let mut perhaps = None;
        let certain = read.iter().find(|option| {
            let pair = if self.code_sends() { (option.1, sent) } else { (sent, option.1) };
            let tried = self.tried(pair, way);
            if tried.as_ref().is_some_and(|tried| !tried.breaks && tried.is_doubtful) {
                perhaps.get_or_insert(*option);
                return false;
            }
            tried.is_none_or(|tried| !tried.breaks)
        });
        certain.or(perhaps)
    }

    /// An object of the sender whose constants tell apart what the reader has an alternative for each of: the constants that it has
    /// none for. `None` for every other object.
    fn unknown_parts(
        &self,
        option: &Type,
        read: &[(Option<&str>, &Type)],
        way: &Way,
    ) -> Option<Vec<Box<str>>> {
        let is_read = |part: &Type| {
            read.iter().any(|(_, other)| {
                let pair = if self.code_sends() { (*other, part) } else { (part, *other) };
                self.is_understood(pair, way)
            })
        };
        choices::told_apart(option).into_iter().find_map(|parts| {
            let all = parts.len();
            let unknown = parts.into_iter().filter(|(_, part)| !is_read(part)).map(|(value, _)| value);
            let unknown: Vec<_> = unknown.collect();
            (unknown.len() < all).then_some(unknown)
        })
    }

    /// Whether nothing breaks when these two meet.
    fn is_understood(&self, pair: (&Type, &Type), way: &Way) -> bool {
        self.tried(pair, way).is_none_or(|tried| !tried.breaks)
    }

    /// What comes of it when these two meet; `None` where no more is tried.
    fn tried<'t>(&self, (promised, shown): (&'t Type, &'t Type), way: &Way) -> Option<Comparison<'t>>
    where
        'a: 't,
    {
        if self.depth >= TRIALS || self.budget.get() == 0 {
            return None;
        }
        let budget = self.budget.clone();
        let mut trial = Comparison { depth: self.depth + 1, budget, ..Comparison::new(self.sides) };
        trial.met.clone_from(&self.met);
        trial.types(promised, shown, Way { null: way.null, ..Way::default() });
        Some(trial)
    }
}

/// Whether the field is part of this direction at all.
fn is_part(field: &Field, code_sends: bool) -> bool {
    if code_sends { !field.marks.write_only } else { !field.marks.read_only }
}

fn is_same(promised: &Field, shown: &Field, code_sends: bool) -> bool {
    let reads = || shown.aliases.contains(&promised.name);
    promised.name == shown.name || (!code_sends && reads())
}

/// Whether a value of a type may be null: as such, or as one of its alternatives.
fn is_nullable(r#type: &Type) -> bool {
    let may_be = |option: &Alternative| option.r#type.nullable || option.r#type.shape == Shape::Null;
    r#type.nullable
        || matches!(&r#type.shape, Shape::OneOf(OneOf { options, .. }) if options.iter().any(may_be))
}

/// A name as a JSON pointer has it (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
