//! Enums: the four ways to say which variant a value is, and what variants say of themselves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_repr::{Deserialize_repr, Serialize_repr};

use crate::probe::{Probe, both};

#[derive(Serialize, Deserialize)]
enum Status {
    Open,
    PaidInFull,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Lower {
    PaidInFull,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Upper {
    PaidInFull,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
enum Pascal {
    PaidInFull,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Camel {
    PaidInFull,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Snake {
    PaidInFull,
    HTTPError,
    #[serde(rename = "by-hand")]
    ByHand,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Screaming {
    PaidInFull,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kebab {
    PaidInFull,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
enum ScreamingKebab {
    PaidInFull,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all(serialize = "camelCase", deserialize = "snake_case"))]
enum SplitCase {
    PaidInFull,
    #[serde(rename(serialize = "out", deserialize = "in"))]
    Other,
}

#[derive(Serialize, Deserialize)]
enum Aliased {
    #[serde(alias = "shut", alias = "over")]
    Closed,
    Open,
}

#[derive(Serialize, Deserialize)]
enum External {
    Unit,
    Newtype(u8),
    Tuple(u8, String),
    #[serde(alias = "Shape")]
    Struct {
        a_b: u8,
        note: Option<u8>,
    },
    Empty {},
    EmptyTuple(),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "kebab-case")]
enum RenamedFields {
    StructOne {
        paid_at: u8,
    },
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    StructTwo {
        paid_at: u8,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum VariantsOnly {
    StructOne { paid_at: u8 },
}

#[derive(Serialize, Deserialize)]
struct Card {
    digits: String,
    #[serde(default)]
    credit: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Internal {
    Nothing,
    CardPayment(Card),
    Cash { amount: u32, note: Option<String> },
    Boxed(Box<Card>),
    Meta(BTreeMap<String, u8>),
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type")]
enum InternalUnits {
    Left,
    #[serde(alias = "dexter")]
    Right,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
enum InternalStrict {
    Nothing,
    Cash { amount: u32 },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "outer")]
enum InternalOfInternal {
    Inner(Internal),
    Plain { number: u8 },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Unit,
    Newtype(u8),
    Maybe(Option<u8>),
    Tuple(u8, u8),
    Struct { number: u8 },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "t", content = "c", deny_unknown_fields)]
enum AdjacentStrict {
    Unit,
    Struct { number: u8 },
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u32),
    Text(String),
    Struct { number: u8 },
    Pair(bool, bool),
    Nothing,
}

#[derive(Serialize, Deserialize)]
enum PartlyUntagged {
    Known,
    Struct {
        number: u8,
    },
    #[serde(untagged)]
    Else(String),
}

#[derive(Serialize, Deserialize)]
enum SomeSkipped {
    Kept,
    #[serde(skip)]
    Gone,
    #[serde(skip_serializing)]
    OnlyRead,
    #[serde(skip_deserializing)]
    OnlyWritten,
}

#[derive(Serialize, Deserialize)]
enum SkippedInside {
    Known(u8),
    Cached(#[serde(skip)] u8),
    Partly {
        kept: u8,
        #[serde(skip)]
        gone: u8,
    },
    Two(u8, #[serde(skip)] u8),
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type")]
enum OpenInternal {
    Known {
        number: u8,
    },
    #[serde(other)]
    Unknown,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OpenExternal {
    Known,
    #[serde(other)]
    SomethingElse,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum OpenAdjacent {
    Known(u8),
    #[serde(other)]
    Unknown,
}

#[derive(Serialize_repr, Deserialize_repr)]
#[repr(u8)]
enum ByNumber {
    One = 1,
    Two,
    Ten = 1_0u8,
}

#[derive(Serialize_repr, Deserialize_repr)]
#[repr(i8)]
enum OpenNumber {
    Below = -1,
    #[serde(other)]
    Other = 0,
}

#[derive(Serialize, Deserialize)]
#[repr(u8)]
enum StillText {
    One = 1,
    Two = 2,
}

#[derive(Serialize, Deserialize)]
enum Chain {
    End,
    Link(Box<Chain>),
}

#[derive(Serialize, Deserialize)]
enum Either<L, R = u8> {
    Left(L),
    Right { right: R },
}

#[derive(Serialize, Deserialize)]
struct Using {
    status: Status,
    maybe: Option<Status>,
    external: External,
    by_status: BTreeMap<String, Status>,
    result: Result<u8, String>,
    number: ByNumber,
}

fn card() -> Card {
    Card { digits: "4242".into(), credit: false }
}

pub(crate) fn probes() -> Vec<Probe> {
    let mut probes = vec![
        both!(Status; Status::Open, Status::PaidInFull),
        both!(Lower; Lower::PaidInFull),
        both!(Upper; Upper::PaidInFull),
        both!(Pascal; Pascal::PaidInFull),
        both!(Camel; Camel::PaidInFull),
        both!(Snake; Snake::PaidInFull, Snake::HTTPError, Snake::ByHand),
        both!(Screaming; Screaming::PaidInFull),
        both!(Kebab; Kebab::PaidInFull),
        both!(ScreamingKebab; ScreamingKebab::PaidInFull),
        both!(SplitCase; SplitCase::PaidInFull, SplitCase::Other),
        both!(Aliased; Aliased::Closed, Aliased::Open),
        both!(External;
            External::Unit, External::Newtype(1), External::Tuple(1, "a".into()),
            External::Struct { a_b: 1, note: None }, External::Empty {}, External::EmptyTuple()),
        both!(RenamedFields; RenamedFields::StructOne { paid_at: 1 }, RenamedFields::StructTwo { paid_at: 1 }),
        both!(VariantsOnly; VariantsOnly::StructOne { paid_at: 1 }),
        both!(Internal;
            Internal::Nothing, Internal::CardPayment(card()), Internal::Cash { amount: 1, note: None },
            Internal::Boxed(Box::new(card())), Internal::Meta(BTreeMap::from([("a".into(), 1)]))),
        both!(InternalUnits; InternalUnits::Left, InternalUnits::Right),
        both!(InternalStrict; InternalStrict::Nothing, InternalStrict::Cash { amount: 1 }),
        both!(InternalOfInternal;
            InternalOfInternal::Inner(Internal::Nothing), InternalOfInternal::Inner(Internal::CardPayment(card())),
            InternalOfInternal::Plain { number: 1 }),
    ];
    probes.extend(more());
    probes
}

fn more() -> Vec<Probe> {
    vec![
        both!(Adjacent;
            Adjacent::Unit, Adjacent::Newtype(1), Adjacent::Maybe(None), Adjacent::Maybe(Some(1)), Adjacent::Tuple(1, 2),
            Adjacent::Struct { number: 1 }),
        both!(AdjacentStrict; AdjacentStrict::Unit, AdjacentStrict::Struct { number: 1 }),
        both!(Untagged;
            Untagged::Number(1), Untagged::Text("a".into()), Untagged::Struct { number: 1 }, Untagged::Pair(true, false),
            Untagged::Nothing),
        both!(PartlyUntagged; PartlyUntagged::Known, PartlyUntagged::Struct { number: 1 }, PartlyUntagged::Else("a".into())),
        both!(SomeSkipped; SomeSkipped::Kept, SomeSkipped::OnlyWritten),
        both!(SkippedInside;
            SkippedInside::Known(1), SkippedInside::Cached(1), SkippedInside::Partly { kept: 1, gone: 2 },
            SkippedInside::Two(1, 2)),
        both!(OpenInternal; OpenInternal::Known { number: 1 }, OpenInternal::Unknown),
        both!(OpenExternal; OpenExternal::Known, OpenExternal::SomethingElse),
        both!(OpenAdjacent; OpenAdjacent::Known(1), OpenAdjacent::Unknown),
        both!(ByNumber; ByNumber::One, ByNumber::Two, ByNumber::Ten),
        both!(OpenNumber; OpenNumber::Below, OpenNumber::Other),
        both!(StillText; StillText::One, StillText::Two),
        both!(Chain; Chain::Link(Box::new(Chain::End))),
        both!(Either<Status>; Either::Left(Status::Open), Either::Right { right: 1 }),
        both!(Either<u8, String>; Either::Left(1), Either::Right { right: "a".into() }),
        both!(Using; Using {
            status: Status::Open,
            maybe: None,
            external: External::Unit,
            by_status: BTreeMap::from([("a".into(), Status::Open)]),
            result: Err("a".into()),
            number: ByNumber::Two,
        }),
    ]
}
