//! Structs: names, what is left out, what is filled in, what stands for what it holds.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

use crate::probe::{Probe, both, reads, writes};

#[derive(Serialize, Deserialize)]
struct Plain {
    number: u8,
    text: String,
}

#[derive(Serialize, Deserialize)]
struct Renamed {
    #[serde(rename = "type")]
    kind: String,
    r#match: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
struct Lower {
    paid_at: u8,
    r#type: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Upper {
    paid_at: u8,
    r#type: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pascal {
    paid_at: u8,
    r#type: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Camel {
    paid_at: u8,
    r#type: u8,
    _leading: u8,
    trailing_: u8,
    two_bars_: u8,
    x_1: u8,
    #[serde(rename = "as_is")]
    named_by_hand: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
struct Snake {
    paid_at: u8,
    r#type: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Screaming {
    paid_at: u8,
    r#type: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Kebab {
    paid_at: u8,
    r#type: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
struct ScreamingKebab {
    paid_at: u8,
    r#type: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"))]
struct SplitCase {
    paid_at: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all(serialize = "camelCase"))]
struct HalfCase {
    paid_at: u8,
}

#[derive(Serialize, Deserialize)]
struct SplitName {
    #[serde(rename(serialize = "out", deserialize = "in"))]
    both: u8,
    #[serde(rename(deserialize = "only_in"))]
    half: u8,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(all(), serde(rename_all = "camelCase"))]
struct Conditional {
    #[cfg_attr(all(), serde(default), serde(alias = "when"))]
    paid_at: u8,
}

#[derive(Serialize, Deserialize)]
struct Skipped {
    kept: u8,
    #[serde(skip)]
    gone: u8,
}

#[derive(Serialize, Deserialize)]
struct SkippedOneWay {
    #[serde(skip_serializing)]
    secret: String,
    #[serde(skip_deserializing)]
    computed: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictSkipped {
    kept: u8,
    #[serde(skip_deserializing)]
    computed: u8,
    #[serde(alias = "also", alias = "too")]
    named: u8,
}

#[derive(Serialize, Deserialize)]
struct SkipNone {
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    lines: Vec<u8>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    needed: Vec<u8>,
    #[serde(skip_serializing_if = "std::option::Option::is_none")]
    twice: Option<Option<u8>>,
}

#[serde_with::skip_serializing_none]
#[derive(Serialize, Deserialize)]
struct SkipAllNone {
    note: Option<String>,
    count: u8,
}

fn five() -> u8 {
    5
}

#[derive(Serialize, Deserialize)]
struct Filled {
    #[serde(default)]
    zero: u8,
    #[serde(default = "five")]
    five: u8,
    needed: u8,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct AllFilled {
    number: u8,
    text: String,
}

fn any_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

type Maybe<T> = Option<T>;

#[derive(Serialize, Deserialize)]
struct Options {
    plain: Option<u8>,
    alias: Maybe<u8>,
    twice: Option<Option<u8>>,
    boxed: Box<Option<u8>>,
    shared: Arc<Option<u8>>,
    full: std::option::Option<u8>,
    inside: Vec<Option<u8>>,
    filled: Filler<Option<u8>>,
    #[serde(deserialize_with = "any_text")]
    by_hand: Option<String>,
    #[serde(default, deserialize_with = "any_text")]
    by_hand_filled: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Filler<T> {
    held: T,
}

#[derive(Serialize, Deserialize)]
struct MaybeNumber(Option<u8>);

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct ClearNumber {
    number: Option<u8>,
}

#[derive(Serialize, Deserialize)]
struct NearlyOptional {
    newtype: MaybeNumber,
    clear: ClearNumber,
    unit: (),
    value: serde_json::Value,
}

#[derive(Serialize, Deserialize)]
struct Aliased {
    #[serde(alias = "old", alias = "older")]
    new: u8,
    #[serde(rename = "wire", alias = "rust")]
    name: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    number: u8,
    note: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Clear {
    number: u32,
    #[serde(skip)]
    cache: u8,
    marker: PhantomData<u8>,
}

#[derive(Serialize, Deserialize)]
struct Number(u32);

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct ClearTuple(Vec<u8>);

#[derive(Serialize, Deserialize)]
struct Pair(u8, String);

#[derive(Serialize, Deserialize)]
struct Triple(u8, #[serde(skip)] u8, String);

#[derive(Serialize, Deserialize)]
struct Unit;

#[derive(Serialize, Deserialize)]
struct Empty {}

#[derive(Serialize, Deserialize)]
struct EmptyTuple();

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename = "labelled")]
struct Labelled {
    number: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields)]
struct StrictLabelled {
    number: u8,
}

#[derive(Serialize, Deserialize)]
struct Tree {
    name: String,
    children: Vec<Tree>,
    parent: Option<Box<Self>>,
}

#[derive(Serialize, Deserialize)]
struct Left {
    right: Option<Box<Right>>,
}

#[derive(Serialize, Deserialize)]
struct Right {
    lefts: BTreeMap<String, Left>,
}

#[derive(Serialize, Deserialize)]
struct Borrowing<'a> {
    text: Cow<'a, str>,
    #[serde(bound = "")]
    number: u8,
}

#[derive(Serialize)]
struct Lent<'a> {
    text: &'a str,
    list: &'a [u8],
    inner: &'a Plain,
}

#[derive(Deserialize)]
struct OnlyRead {
    number: u8,
    inner: Plain,
}

#[derive(Serialize, Deserialize)]
struct Nested {
    pair: (u8, String),
    fixed: [u16; 3],
    number: Number,
    tuple: Pair,
    unit: Unit,
    marker: PhantomData<u8>,
    strict: Strict,
}

fn plain() -> Plain {
    Plain { number: 1, text: "a".into() }
}

fn options(some: bool) -> Options {
    let number = some.then_some(1);
    Options {
        plain: number,
        alias: number,
        twice: Some(number),
        boxed: Box::new(number),
        shared: Arc::new(number),
        full: number,
        inside: vec![number],
        filled: Filler { held: number },
        by_hand: some.then(String::new),
        by_hand_filled: some.then(String::new),
    }
}

fn tree(children: Vec<Tree>) -> Tree {
    Tree { name: "a".into(), children, parent: None }
}

pub(crate) fn probes() -> Vec<Probe> {
    let mut probes = vec![
        both!(Plain; plain()),
        both!(Renamed; Renamed { kind: "a".into(), r#match: true }),
        both!(Lower; Lower { paid_at: 1, r#type: 2 }),
        both!(Upper; Upper { paid_at: 1, r#type: 2 }),
        both!(Pascal; Pascal { paid_at: 1, r#type: 2 }),
        both!(Camel; Camel { paid_at: 1, r#type: 2, _leading: 3, trailing_: 4, two_bars_: 5, x_1: 6, named_by_hand: 7 }),
        both!(Snake; Snake { paid_at: 1, r#type: 2 }),
        both!(Screaming; Screaming { paid_at: 1, r#type: 2 }),
        both!(Kebab; Kebab { paid_at: 1, r#type: 2 }),
        both!(ScreamingKebab; ScreamingKebab { paid_at: 1, r#type: 2 }),
        both!(SplitCase; SplitCase { paid_at: 1 }),
        both!(HalfCase; HalfCase { paid_at: 1 }),
        both!(SplitName; SplitName { both: 1, half: 2 }),
        both!(Conditional; Conditional { paid_at: 1 }),
        both!(Skipped; Skipped { kept: 1, gone: 2 }),
        both!(SkippedOneWay; SkippedOneWay { secret: "a".into(), computed: 1 }),
        both!(StrictSkipped; StrictSkipped { kept: 1, computed: 2, named: 3 }),
        both!(SkipNone;
            SkipNone { note: None, lines: vec![], needed: vec![], twice: None },
            SkipNone { note: Some("a".into()), lines: vec![1], needed: vec![1], twice: Some(None) }),
        both!(SkipAllNone; SkipAllNone { note: None, count: 1 }, SkipAllNone { note: Some("a".into()), count: 1 }),
        both!(Filled; Filled { zero: 0, five: 5, needed: 1 }),
        both!(AllFilled; AllFilled::default()),
        both!(Options; options(true), options(false)),
        both!(Filler<Option<u8>>; Filler { held: None }),
        both!(Filler<u8>; Filler { held: 1 }),
        both!(MaybeNumber; MaybeNumber(None), MaybeNumber(Some(1))),
        both!(ClearNumber; ClearNumber { number: None }, ClearNumber { number: Some(1) }),
        both!(NearlyOptional; NearlyOptional {
            newtype: MaybeNumber(None),
            clear: ClearNumber { number: None },
            unit: (),
            value: serde_json::Value::Null,
        }),
    ];
    probes.extend(more());
    probes
}

fn more() -> Vec<Probe> {
    vec![
        both!(Aliased; Aliased { new: 1, name: 2 }),
        both!(Strict; Strict { number: 1, note: None }),
        both!(Clear; Clear { number: 1, cache: 2, marker: PhantomData }),
        both!(Number; Number(1)),
        both!(ClearTuple; ClearTuple(vec![1])),
        both!(Pair; Pair(1, "a".into())),
        both!(Triple; Triple(1, 2, "a".into())),
        both!(Unit; Unit),
        both!(Empty; Empty {}),
        both!(EmptyTuple; EmptyTuple()),
        both!(Labelled; Labelled { number: 1 }),
        both!(StrictLabelled; StrictLabelled { number: 1 }),
        both!(Tree; tree(vec![tree(vec![])])),
        both!(Left; Left { right: Some(Box::new(Right { lefts: BTreeMap::from([("a".into(), Left { right: None })]) })) }),
        both!(Right; Right { lefts: BTreeMap::new() }),
        both!(Borrowing<'static>; Borrowing { text: "a".into(), number: 1 }),
        writes!(Lent<'static>; Lent { text: "a", list: &[1], inner: Box::leak(Box::new(plain())) }),
        reads!(OnlyRead),
        both!(Nested; Nested {
            pair: (1, "a".into()),
            fixed: [1, 2, 3],
            number: Number(1),
            tuple: Pair(1, "a".into()),
            unit: Unit,
            marker: PhantomData,
            strict: Strict { number: 1, note: Some("a".into()) },
        }),
    ]
}
