//! `flatten`: the fields of one type among those of another.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::probe::{Probe, both};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Paging {
    page_size: u8,
    next_page: Option<String>,
    #[serde(default)]
    total: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Audit {
    #[serde(alias = "by")]
    author: String,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Kind {
    Round { radius: u8 },
    Square { side: u8 },
    Nothing,
}

#[derive(Serialize, Deserialize)]
enum Tagless {
    Unit,
    Newtype(u8),
    Struct { inner: u8 },
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Loose {
    ById { id: u8 },
    ByName { name: String },
}

#[derive(Serialize, Deserialize)]
struct One {
    own: u8,
    #[serde(flatten)]
    paging: Paging,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Two {
    own_field: u8,
    #[serde(flatten)]
    paging: Paging,
    #[serde(flatten)]
    audit: Audit,
}

#[derive(Serialize, Deserialize)]
struct Perhaps {
    own: u8,
    #[serde(flatten)]
    audit: Option<Audit>,
}

#[derive(Serialize, Deserialize)]
struct WithMap {
    own: u8,
    #[serde(flatten)]
    rest: HashMap<String, u16>,
}

#[derive(Serialize, Deserialize)]
struct WithMaybeMap {
    own: u8,
    #[serde(flatten)]
    rest: Option<BTreeMap<String, u16>>,
}

#[derive(Serialize, Deserialize)]
struct WithValue {
    own: u8,
    #[serde(flatten)]
    rest: serde_json::Value,
}

#[derive(Serialize, Deserialize)]
struct WithJsonMap {
    own: u8,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize, Deserialize)]
struct WithKind {
    own: u8,
    #[serde(flatten)]
    kind: Kind,
}

#[derive(Serialize, Deserialize)]
struct WithTagless {
    own: u8,
    #[serde(flatten)]
    kind: Tagless,
}

#[derive(Serialize, Deserialize)]
struct WithLoose {
    own: u8,
    #[serde(flatten)]
    kind: Loose,
}

#[derive(Serialize, Deserialize)]
struct Deep {
    #[serde(flatten)]
    one: One,
    #[serde(flatten)]
    audit: Box<Audit>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictFlat {
    own: u8,
    #[serde(flatten)]
    audit: Audit,
}

#[derive(Serialize, Deserialize)]
struct Holding<T> {
    own: u8,
    #[serde(flatten)]
    inner: T,
}

#[derive(Serialize, Deserialize)]
struct Wrapped(Audit);

#[derive(Serialize, Deserialize)]
struct WithNewtype {
    #[serde(flatten)]
    inner: Wrapped,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type")]
enum InVariant {
    First {
        own: u8,
        #[serde(flatten)]
        audit: Audit,
    },
    Second(One),
}

#[derive(Serialize, Deserialize)]
enum InExternal {
    Only {
        #[serde(flatten)]
        audit: Audit,
    },
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct Preset {
    own: u8,
    #[serde(flatten)]
    inner: Inner,
}

#[derive(Serialize, Deserialize, Default)]
struct Inner {
    needed: u8,
}

fn audit() -> Audit {
    Audit { author: "a".into() }
}

fn paging() -> Paging {
    Paging { page_size: 1, next_page: None, total: 2 }
}

pub(crate) fn probes() -> Vec<Probe> {
    vec![
        both!(One; One { own: 1, paging: paging() }),
        both!(Two; Two { own_field: 1, paging: paging(), audit: audit() }),
        both!(Perhaps; Perhaps { own: 1, audit: None }, Perhaps { own: 1, audit: Some(audit()) }),
        both!(WithMap; WithMap { own: 1, rest: HashMap::from([("a".into(), 1)]) }),
        both!(WithMaybeMap; WithMaybeMap { own: 1, rest: None }),
        both!(WithValue; WithValue { own: 1, rest: serde_json::json!({ "a": [1] }) }),
        both!(WithJsonMap; WithJsonMap { own: 1, rest: serde_json::Map::new() }),
        both!(WithKind;
            WithKind { own: 1, kind: Kind::Round { radius: 1 } }, WithKind { own: 1, kind: Kind::Square { side: 1 } },
            WithKind { own: 1, kind: Kind::Nothing }),
        both!(WithTagless;
            WithTagless { own: 1, kind: Tagless::Unit }, WithTagless { own: 1, kind: Tagless::Newtype(1) },
            WithTagless { own: 1, kind: Tagless::Struct { inner: 1 } }),
        both!(WithLoose;
            WithLoose { own: 1, kind: Loose::ById { id: 1 } }, WithLoose { own: 1, kind: Loose::ByName { name: "a".into() } }),
        both!(Deep; Deep { one: One { own: 1, paging: paging() }, audit: Box::new(audit()) }),
        both!(StrictFlat; StrictFlat { own: 1, audit: audit() }),
        both!(Holding<Audit>; Holding { own: 1, inner: audit() }),
        both!(Holding<Kind>; Holding { own: 1, inner: Kind::Nothing }),
        both!(WithNewtype; WithNewtype { inner: Wrapped(audit()) }),
        both!(InVariant; InVariant::First { own: 1, audit: audit() }, InVariant::Second(One { own: 1, paging: paging() })),
        both!(InExternal; InExternal::Only { audit: audit() }),
        both!(Preset; Preset::default()),
    ]
}
