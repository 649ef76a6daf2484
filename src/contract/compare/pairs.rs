//! Two types, and all that lies in them, in the direction in which values go.
//!
//! What is still to be compared waits in a list, so that neither depth nor circles of names matter.

use super::facts::{At, Fact, id};
use super::gather::Gathered;
use super::{Change, Side, beside, unions};
use crate::basis::wire::{Choices, Field, Format, Shape, Spot, Style, Type, TypeId, Types, Width};

/// The part of an operation that is compared.
pub(super) struct Whole {
    /// Which part.
    pub(super) side: Side,
    /// Where its own type stands.
    pub(super) at: At,
    /// Where the types in it stand.
    pub(super) inside: At,
    /// Whether a text is told from a number: in JSON it is, in a query it is not.
    pub(super) json: bool,
    /// How a list is written at head.
    pub(super) style: Style,
}

/// Two types at the same place.
pub(super) struct Pair<'d> {
    /// At base.
    pub(super) base: &'d Type,
    /// At head.
    pub(super) head: &'d Type,
    /// Where they stand.
    pub(super) at: At,
    /// Where in the whole: index into the steps of the walk, 0 for the whole itself.
    pub(super) step: usize,
    /// Whether null was compared already, of the unions that they are alternatives of.
    pub(super) null_known: bool,
}

/// What a value of a type is, as far as JSON tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Any,
    Null,
    Bool,
    Whole,
    Number,
    Text,
    List,
    Object,
    Union,
}

/// A comparison under way.
pub(super) struct Walk<'g, 'd> {
    /// What is found.
    pub(super) gathered: &'g mut Gathered<'d>,
    /// The part of an operation that is compared.
    pub(super) whole: &'g Whole,
    open: Vec<Pair<'d>>,
    steps: Vec<Step>,
}

/// A place in the whole.
struct Step {
    /// The place that it lies in.
    around: usize,
    /// What it is called there.
    name: Box<str>,
    /// The schema of base that is there, if it has a name.
    schema: Option<TypeId>,
}

/// Of pointers that are longer, the beginning is left out.
const LONGEST: usize = 64;

/// Compares two types.
pub(super) fn compare<'d>(gathered: &mut Gathered<'d>, base: &'d Type, head: &'d Type, whole: &Whole) {
    walk(gathered, Pair { base, head, at: whole.at, step: 0, null_known: false }, whole);
}

/// The same, of two that lie in the whole.
pub(super) fn walk<'d>(gathered: &mut Gathered<'d>, first: Pair<'d>, whole: &Whole) {
    let begin = Step { around: 0, name: "".into(), schema: None };
    let mut walk = Walk { gathered, whole, open: vec![first], steps: vec![begin] };
    while let Some(pair) = walk.open.pop() {
        walk.pair(&pair);
    }
}

/// The type behind its names.
pub(super) fn resolved<'t>(types: &'t Types, mut r#type: &'t Type) -> &'t Type {
    for _ in 0..=types.named.len() {
        let Shape::Named(id) = r#type.shape else { break };
        let Some(named) = types.named.get(id.0 as usize) else { break };
        r#type = &named.r#type;
    }
    r#type
}

/// Whether null is allowed, behind names and in alternatives too.
pub(super) fn nullable(types: &Types, r#type: &Type) -> bool {
    let (shape, null) = types.follow(r#type);
    let Shape::OneOf(union) = shape else { return null };
    null || union.options.iter().any(|option| types.follow(&option.r#type).1)
}

/// What a type behind its names is.
pub(super) fn kind(shape: &Shape) -> Kind {
    match shape {
        Shape::Any | Shape::Unknown(_) | Shape::Named(_) => Kind::Any,
        Shape::Null => Kind::Null,
        Shape::Bool => Kind::Bool,
        Shape::Int(_) => Kind::Whole,
        Shape::Number => Kind::Number,
        Shape::Text(_) => Kind::Text,
        Shape::Enum(choices) if !choices.numbers => Kind::Text,
        Shape::Enum(choices) => {
            let whole = choices.values.iter().all(|choice| choice.value.parse::<i128>().is_ok());
            if whole { Kind::Whole } else { Kind::Number }
        }
        Shape::List(_) | Shape::Tuple(_) => Kind::List,
        Shape::Object(_) => Kind::Object,
        Shape::OneOf(_) => Kind::Union,
    }
}

impl<'d> Walk<'_, 'd> {
    fn pair(&mut self, pair: &Pair<'d>) {
        self.gathered.visited += 1;
        let (before, now) = (&self.gathered.base.types, &self.gathered.head.types);
        let (base, head) = (resolved(before, pair.base), resolved(now, pair.head));
        let null = (nullable(before, pair.base), nullable(now, pair.head));
        if !pair.null_known {
            self.null(pair, null);
        }
        if let Shape::Named(id) = pair.base.shape {
            self.steps[pair.step].schema = Some(id);
        }
        if let (Shape::Named(one), Shape::Named(two)) = (&pair.base.shape, &pair.head.shape) {
            let met = (*one, *two, pair.at, self.whole.json);
            if self.gathered.same.contains(&met) || !self.gathered.met.insert(met) {
                return;
            }
        }
        self.beside(pair, base, head);
        match (&base.shape, &head.shape) {
            (one, Shape::List(item)) if pair.at == At::Parameter && self.is_list_of_one(one) => {
                if beside::binds(base, resolved(now, item)) {
                    let words = format!("it is a list of what is bound, and was {}", shape_name(one));
                    self.add(pair, Fact::Type, (Some(base.at), Some(head.at)), words);
                }
                self.push_here(pair, pair.base, item);
            }
            (Shape::Unknown(_) | Shape::Named(_), _) | (_, Shape::Unknown(_) | Shape::Named(_)) => {}
            (Shape::Any, Shape::Any) | (Shape::Bool, Shape::Bool) | (Shape::Null, Shape::Null) => {}
            (Shape::Number, Shape::Number) => {}
            (Shape::OneOf(_), _) | (_, Shape::OneOf(_)) => unions::compare(self, pair),
            (Shape::Int(one), Shape::Int(two)) => self.widths(pair, (base, *one), (head, *two)),
            (Shape::Text(one), Shape::Text(two)) => self.formats(pair, (base, one), (head, two)),
            (Shape::Enum(one), Shape::Enum(two)) if one.numbers == two.numbers => {
                self.values(pair, (base, one), (head, two));
            }
            (Shape::Enum(one), _) if within(kind(&base.shape), kind(&head.shape)) => {
                self.freed(pair, (base, one), head)
            }
            (_, Shape::Enum(two)) if within(kind(&head.shape), kind(&base.shape)) => {
                self.bound(pair, base, (head, two))
            }
            (Shape::List(one), Shape::List(two)) => self.push(pair, "*", one, two),
            (Shape::Tuple(one), Shape::Tuple(two)) if one.len() == two.len() => {
                for (at, (one, two)) in one.iter().zip(two).enumerate().rev() {
                    self.push(pair, &at.to_string(), one, two);
                }
            }
            (Shape::Object(one), Shape::Object(two)) => self.objects(pair, (base, one), (head, two)),
            (one, two) => self.kinds(pair, (base, one), (head, two), null),
        }
    }

    /// Whether what a parameter was is taken for a list of one: `?tag=a`. Where items are joined, a comma would make two of a text; where
    /// they are JSON, it is none.
    fn is_list_of_one(&self, before: &Shape) -> bool {
        let is_one = !matches!(before, Shape::List(_) | Shape::Tuple(_) | Shape::Object(_));
        let is_text = matches!(before, Shape::Any | Shape::Text(Format::Plain | Format::Other(_)));
        is_one
            && match self.whole.style {
                Style::Apart | Style::Under => true,
                Style::Joined(_) => !is_text,
                Style::Json => false,
            }
    }

    /// Puts a pair that lies in another one into the list.
    pub(super) fn push(&mut self, outer: &Pair<'d>, step: &str, base: &'d Type, head: &'d Type) {
        let step = self.go(outer, step);
        self.open.push(Pair { base, head, at: self.whole.inside, step, null_known: false });
    }

    fn go(&mut self, outer: &Pair<'d>, name: &str) -> usize {
        self.steps.push(Step { around: outer.step, name: name.into(), schema: None });
        self.steps.len() - 1
    }

    fn pointer(&self, pair: &Pair<'d>) -> String {
        self.way(pair.step, 0)
    }

    /// The pointer from one place to another in it.
    fn way(&self, mut at: usize, from: usize) -> String {
        let mut names = Vec::new();
        while at != from && at != 0 && names.len() < LONGEST {
            names.push(self.steps[at].name.replace('~', "~0").replace('/', "~1"));
            at = self.steps[at].around;
        }
        let begin = if at == from { "" } else { "/…" };
        names.iter().rev().fold(begin.to_owned(), |pointer, name| pointer + "/" + name)
    }

    /// The innermost schema with a name, and the way from there.
    fn schema(&self, pair: &Pair<'d>) -> Option<(Box<str>, String)> {
        let mut at = pair.step;
        loop {
            let step = &self.steps[at];
            if let Some(id) = step.schema {
                let named = self.gathered.base.types.named.get(id.0 as usize)?;
                return Some((named.name.clone(), self.way(pair.step, at)));
            }
            if at == 0 {
                return None;
            }
            at = step.around;
        }
    }

    /// The place of a field, of which the object is known.
    pub(super) fn step(&mut self, outer: &Pair<'d>, field: &Field) -> Pair<'d> {
        self.place(outer, &field.name)
    }

    /// A place in the place of a pair.
    pub(super) fn place(&mut self, outer: &Pair<'d>, name: &str) -> Pair<'d> {
        Pair { step: self.go(outer, name), at: self.whole.inside, ..*outer }
    }

    /// Puts a pair at the same place, of whose null all is known, into the list.
    pub(super) fn push_here(&mut self, outer: &Pair<'d>, base: &'d Type, head: &'d Type) {
        self.open.push(Pair { base, head, at: outer.at, step: outer.step, null_known: true });
    }

    /// Notes what differs.
    pub(super) fn add(
        &mut self,
        pair: &Pair<'d>,
        fact: Fact,
        spots: (Option<Spot>, Option<Spot>),
        words: String,
    ) {
        self.add_as(pair, (fact, true), spots, words);
    }

    pub(super) fn add_as(
        &mut self,
        pair: &Pair<'d>,
        (fact, breaks): (Fact, bool),
        spots: (Option<Spot>, Option<Spot>),
        words: String,
    ) {
        self.add_named(pair, (id(fact, pair.at), breaks), (spots, ""), words);
    }

    /// The same under a name of its own; `within`: a pointer from the place of the pair on.
    pub(super) fn add_named(
        &mut self,
        pair: &Pair<'d>,
        (id, breaks): (&'static str, bool),
        (spots, within): ((Option<Spot>, Option<Spot>), &str),
        words: String,
    ) {
        let change = self.change(pair, (id, breaks), (spots, within), words);
        self.gathered.add(change);
    }

    fn change(
        &self,
        pair: &Pair<'d>,
        (id, breaks): (&'static str, bool),
        ((base, head), within): ((Option<Spot>, Option<Spot>), &str),
        words: String,
    ) -> Change {
        let pointer = self.pointer(pair) + within;
        let (operations, side, schema) = (Vec::new(), self.whole.side.clone(), self.schema(pair));
        Change { id, breaks, operations, side, pointer, schema, constant: None, base, head, words }
    }

    fn null(&mut self, pair: &Pair<'d>, (before, now): (bool, bool)) {
        let (types, others) = (&self.gathered.base.types, &self.gathered.head.types);
        let (base, head) = (resolved(types, pair.base), resolved(others, pair.head));
        let takes =
            |shape: &Shape| matches!(shape, Shape::Any | Shape::Unknown(_) | Shape::Null | Shape::Named(_));
        let response = pair.at.is_response();
        let untyped = head.beside.as_ref().is_some_and(|beside| beside.untyped);
        // Without a type, null is as good as anything.
        if before == now || takes(&base.shape) || takes(&head.shape) || !response && untyped {
            return;
        }
        if response == now {
            let words = if response { "it may be null now" } else { "it may no longer be null" };
            self.add(pair, Fact::Null, (Some(base.at), Some(head.at)), words.to_owned());
        }
    }

    fn widths(
        &mut self,
        pair: &Pair<'d>,
        (base, one): (&Type, Option<Width>),
        (head, two): (&Type, Option<Width>),
    ) {
        let (narrow, wide) = if pair.at.is_response() { (two, one) } else { (one, two) };
        let fits = match (narrow, wide) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(narrow), Some(wide)) => {
                wide == narrow || wide.bits > narrow.bits && (wide.signed || !narrow.signed)
            }
        };
        if !fits {
            let words = format!("it is {}, and was {}", width(two), width(one));
            self.add(pair, Fact::Type, (Some(base.at), Some(head.at)), words);
        }
    }

    fn formats(&mut self, pair: &Pair<'d>, (base, one): (&Type, &Format), (head, two): (&Type, &Format)) {
        let spots = (Some(base.at), Some(head.at));
        if content(one).is_some() || content(two).is_some() {
            return self.contents(pair, (parts(one), parts(two)), spots);
        }
        let (narrow, wide) = if pair.at.is_response() { (two, one) } else { (one, two) };
        let fits = match (narrow, wide) {
            (_, Format::Plain | Format::Unclear(_)) | (Format::Unclear(_), _) => true,
            (Format::Date | Format::Time, Format::DateTime) => true,
            (narrow, wide) => narrow == wide,
        };
        if !fits {
            self.add(
                pair,
                Fact::Type,
                spots,
                format!("it is {}, and was {}", format_name(two), format_name(one)),
            );
        }
    }

    fn contents(
        &mut self,
        pair: &Pair<'d>,
        (one, two): (Parts<'_>, Parts<'_>),
        spots: (Option<Spot>, Option<Spot>),
    ) {
        if one.0 != two.0 {
            self.add(
                pair,
                Fact::Encoding,
                spots,
                format!("it is encoded as `{}`, and was as `{}`", two.0, one.0),
            );
        }
        if one.1 != two.1 {
            self.add(pair, Fact::Media, spots, format!("it holds `{}`, and held `{}`", two.1, one.1));
        }
        let bound = if pair.at.is_response() { (two.2, one.2) } else { (one.2, two.2) };
        if bound == (false, true) {
            let words = if pair.at.is_response() {
                "what it holds has no schema any more"
            } else {
                "what it holds has to keep to a schema"
            };
            self.add(pair, Fact::Content, spots, words.to_owned());
        }
    }

    fn values(&mut self, pair: &Pair<'d>, (base, one): (&Type, &Choices), (head, two): (&Type, &Choices)) {
        let response = pair.at.is_response();
        let (given, known) = if response { (two, one) } else { (one, two) };
        if known.open && response {
            return;
        }
        let takes = |value: &str| {
            known
                .values
                .iter()
                .any(|choice| *choice.value == *value || choice.aliases.iter().any(|alias| **alias == *value))
        };
        let one_each = one.values.len() == 1 && two.values.len() == 1;
        for choice in given.values.iter().filter(|choice| !takes(&choice.value)) {
            let fact = match (one_each, one.open) {
                (true, _) => Fact::ConstChanged,
                (false, true) => Fact::OpenValue,
                (false, false) => Fact::Value,
            };
            let (spots, words) = if response {
                ((Some(base.at), Some(choice.at)), format!("`{}` may come", choice.value))
            } else {
                ((Some(choice.at), Some(head.at)), format!("`{}` is no longer taken", choice.value))
            };
            let change = self.change(pair, (id(fact, pair.at), true), (spots, ""), words);
            self.gathered.add(Change { constant: Some(choice.value.clone()), ..change });
        }
    }

    /// Of constants, any value became.
    fn freed(&mut self, pair: &Pair<'d>, (base, choices): (&Type, &Choices), head: &Type) {
        if !pair.at.is_response() || choices.open {
            return;
        }
        let fact = if choices.values.len() == 1 { Fact::ConstRemoved } else { Fact::Value };
        let words = format!(
            "{} may come, and one of {} constants came",
            kind_name(kind(&head.shape)),
            choices.values.len()
        );
        self.add(pair, fact, (Some(base.at), Some(head.at)), words);
    }

    /// Of any value, constants became.
    fn bound(&mut self, pair: &Pair<'d>, base: &Type, (head, choices): (&Type, &Choices)) {
        if pair.at.is_response() || choices.open {
            return;
        }
        let fact = if choices.values.len() == 1 { Fact::ConstAdded } else { Fact::Enum };
        let words = format!(
            "{} was taken, and one of {} constants is",
            kind_name(kind(&base.shape)),
            choices.values.len()
        );
        self.add(pair, fact, (Some(base.at), Some(head.at)), words);
    }

    /// Values of different kinds.
    fn kinds(
        &mut self,
        pair: &Pair<'d>,
        (base, one): (&Type, &Shape),
        (head, two): (&Type, &Shape),
        null: (bool, bool),
    ) {
        let response = pair.at.is_response();
        let (given, taken) = if response { (two, one) } else { (one, two) };
        let text = |shape: &Shape| matches!(shape, Shape::Text(Format::Plain));
        let takes_null = if response { null.0 } else { null.1 };
        let fits = kind(given) != kind(taken) && within(kind(given), kind(taken))
            || matches!(taken, Shape::Any)
            || matches!((given, taken), (Shape::Tuple(_), Shape::List(_)))
            || matches!(given, Shape::Null) && takes_null
            || !self.whole.json && text(taken);
        if !fits {
            let wider = response && kind(one) != kind(two) && within(kind(one), kind(two));
            let fact = if wider { Fact::Generalized } else { Fact::Type };
            let words = format!("it is {}, and was {}", shape_name(two), shape_name(one));
            self.add(pair, fact, (Some(base.at), Some(head.at)), words);
        }
        if let (false, Shape::Enum(choices)) = (response, two) {
            self.bound(pair, base, (head, choices));
        }
    }
}

/// Whether values of one kind are values of the other.
pub(super) fn within(narrow: Kind, wide: Kind) -> bool {
    narrow == wide || (narrow, wide) == (Kind::Whole, Kind::Number)
}

type Parts<'f> = (&'f str, &'f str, bool);

/// Encoding, media type, and whether there is a schema, of a format that says what a text holds.
fn content(format: &Format) -> Option<Parts<'_>> {
    let Format::Other(name) = format else { return None };
    let (encoding, rest) = name.split_once(" of ")?;
    let media = rest.strip_suffix(" with a schema");
    Some((encoding, media.unwrap_or(rest), media.is_some()))
}

fn parts(format: &Format) -> Parts<'_> {
    let plain = if *format == Format::Bytes { "base64" } else { "text" };
    content(format).unwrap_or((plain, "*/*", false))
}

/// A kind in words.
pub(super) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Any => "anything",
        Kind::Null => "null",
        Kind::Bool => "a boolean",
        Kind::Whole => "a whole number",
        Kind::Number => "a number",
        Kind::Text => "a text",
        Kind::List => "a list",
        Kind::Object => "an object",
        Kind::Union => "one of several types",
    }
}

fn shape_name(shape: &Shape) -> String {
    if let Shape::Tuple(items) = shape {
        return format!("a list of {} in order", items.len());
    }
    kind_name(kind(shape)).to_owned()
}

fn width(width: Option<Width>) -> String {
    width.map_or("a whole number".to_owned(), |width| {
        format!("a whole number of {} bits{}", width.bits, if width.signed { "" } else { " without a sign" })
    })
}

fn format_name(format: &Format) -> String {
    match format {
        Format::Plain => "any text".to_owned(),
        Format::DateTime => "a date with a time".to_owned(),
        Format::Date => "a date".to_owned(),
        Format::Time => "a time".to_owned(),
        Format::Uuid => "a UUID".to_owned(),
        Format::Bytes => "bytes".to_owned(),
        Format::Other(name) | Format::Unclear(name) => format!("a text of format `{name}`"),
    }
}
