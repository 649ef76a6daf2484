//! Types of the language and of other crates, and modules that stand in for their own way.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::{NonZeroU32, Wrapping};
use std::ops::{Range, RangeInclusive};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, SystemTime};

use chrono::prelude::*;
use serde::{Deserialize, Serialize};
use serde_with::{DisplayFromStr, DurationSeconds, serde_as};

use crate::probe::{Probe, both};

#[derive(Serialize, Deserialize)]
struct Numbers {
    a: u8,
    b: i8,
    c: u16,
    d: i16,
    e: u32,
    f: i32,
    g: u64,
    h: i64,
    i: usize,
    j: isize,
    k: f32,
    l: f64,
    m: NonZeroU32,
    n: Wrapping<i16>,
    o: bool,
    p: char,
}

#[derive(Serialize, Deserialize)]
struct Wide {
    a: u128,
    b: i128,
}

#[derive(Serialize, Deserialize)]
struct Texts {
    a: String,
    b: Box<str>,
    c: Arc<str>,
    d: PathBuf,
    e: IpAddr,
    f: Ipv4Addr,
    g: Ipv6Addr,
    h: SocketAddr,
}

#[derive(Serialize, Deserialize)]
struct Lists {
    a: Vec<u8>,
    b: VecDeque<u8>,
    c: HashSet<u8>,
    d: BTreeSet<String>,
    e: LinkedList<u8>,
    f: BinaryHeap<u8>,
    g: [u8; 3],
    h: Box<[u8]>,
    i: Vec<Vec<Option<bool>>>,
    j: (u8,),
}

#[derive(Serialize, Deserialize)]
struct Maps {
    a: HashMap<String, u8>,
    b: BTreeMap<u32, Vec<u8>>,
    c: indexmap::IndexMap<String, bool>,
    d: indexmap::IndexSet<String>,
    e: serde_json::Map<String, serde_json::Value>,
    f: serde_json::Value,
    g: serde_json::Number,
    h: std::collections::BTreeMap<String, std::collections::HashMap<String, u8>>,
}

#[derive(Serialize, Deserialize)]
struct Wrappers {
    a: Box<u8>,
    b: Rc<u8>,
    c: Arc<String>,
    d: Cell<u8>,
    e: RefCell<u8>,
    f: Mutex<u8>,
    g: RwLock<u8>,
    h: std::cmp::Reverse<u8>,
    i: std::borrow::Cow<'static, str>,
    j: std::borrow::Cow<'static, [u8]>,
}

#[derive(Serialize, Deserialize)]
struct Spans {
    a: Duration,
    b: SystemTime,
    c: Range<u8>,
    d: RangeInclusive<u8>,
    e: std::ops::RangeFrom<u8>,
    f: Result<u8, bool>,
}

/// Not the crate's: what is declared here goes before what a glob brings.
#[derive(Serialize, Deserialize)]
struct Month {
    number: u8,
}

#[derive(Serialize, Deserialize)]
struct Chrono {
    a: DateTime<Utc>,
    b: chrono::DateTime<chrono::FixedOffset>,
    c: NaiveDate,
    d: chrono::naive::NaiveTime,
    e: NaiveDateTime,
    f: chrono::TimeDelta,
    g: Weekday,
    h: Option<DateTime<Utc>>,
    i: Month,
}

#[derive(Serialize, Deserialize)]
struct ChronoNumbers {
    #[serde(with = "chrono::serde::ts_seconds")]
    a: DateTime<Utc>,
    #[serde(with = "chrono::serde::ts_milliseconds")]
    b: DateTime<Utc>,
    #[serde(with = "chrono::serde::ts_seconds_option")]
    c: Option<DateTime<Utc>>,
    #[serde(default, with = "chrono::serde::ts_seconds_option")]
    d: Option<DateTime<Utc>>,
    #[serde(serialize_with = "chrono::serde::ts_seconds::serialize")]
    #[serde(deserialize_with = "chrono::serde::ts_seconds::deserialize")]
    e: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct Time {
    a: time::OffsetDateTime,
    b: time::Date,
    #[serde(with = "time::serde::rfc3339")]
    c: time::OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    d: Option<time::OffsetDateTime>,
    #[serde(with = "time::serde::timestamp")]
    e: time::OffsetDateTime,
    #[serde(with = "time::serde::timestamp::option", default)]
    f: Option<time::OffsetDateTime>,
}

#[derive(Serialize, Deserialize)]
struct Ids {
    a: uuid::Uuid,
    b: url::Url,
    #[serde(with = "uuid::serde::simple")]
    c: uuid::Uuid,
    d: Vec<uuid::Uuid>,
}

mod own {
    //! A type that is called like one of another crate.

    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize)]
    pub(super) struct Uuid {
        pub(super) number: u8,
    }
}

#[derive(Serialize, Deserialize)]
struct OwnId {
    id: own::Uuid,
}

#[derive(Serialize, Deserialize)]
struct Bytes {
    a: bytes::Bytes,
    #[serde(with = "serde_bytes")]
    b: Vec<u8>,
    #[serde(with = "hex")]
    c: Vec<u8>,
    #[serde(with = "hex::serde")]
    d: Vec<u8>,
    e: serde_bytes::ByteBuf,
}

#[derive(Serialize, Deserialize)]
struct HumanTime {
    #[serde(with = "humantime_serde")]
    a: Duration,
    #[serde(with = "humantime_serde", default)]
    b: Option<Duration>,
}

#[serde_as]
#[derive(Serialize, Deserialize)]
struct As {
    #[serde_as(as = "DisplayFromStr")]
    a: u64,
    #[serde_as(as = "Option<DisplayFromStr>")]
    b: Option<u64>,
    #[serde_as(as = "Vec<DisplayFromStr>")]
    c: Vec<u8>,
    #[serde_as(as = "DurationSeconds<u64>")]
    d: Duration,
    #[serde_as(as = "BTreeMap<_, DisplayFromStr>")]
    e: BTreeMap<String, u8>,
    #[serde(with = "serde_with::As::<DisplayFromStr>")]
    f: u8,
    #[serde_as(serialize_as = "DisplayFromStr", deserialize_as = "DisplayFromStr")]
    g: u8,
    #[serde_as(as = "DurationSeconds<String>")]
    h: Duration,
    #[serde_as(as = "Option<Vec<_>>")]
    i: Option<Vec<u8>>,
    #[serde_as(as = "serde_with::NoneAsEmptyString")]
    j: Option<String>,
}

#[derive(serde_with::SerializeDisplay, serde_with::DeserializeFromStr)]
struct Shown(u8);

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl std::str::FromStr for Shown {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.len() as u8))
    }
}

#[derive(Serialize, Deserialize)]
struct Showing {
    shown: Shown,
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).expect("it is a time")
}

fn then() -> time::OffsetDateTime {
    time::OffsetDateTime::UNIX_EPOCH
}

pub(crate) fn probes() -> Vec<Probe> {
    let mut probes = vec![
        both!(Numbers; Numbers {
            a: 1, b: -1, c: 1, d: -1, e: 1, f: -1, g: 1, h: -1, i: 1, j: -1, k: 1.5, l: 1.5,
            m: NonZeroU32::MIN, n: Wrapping(1), o: true, p: 'x',
        }),
        both!(Wide; Wide { a: 1, b: -1 }),
        both!(Texts; Texts {
            a: "a".into(), b: "a".into(), c: "a".into(), d: "a".into(),
            e: Ipv4Addr::LOCALHOST.into(), f: Ipv4Addr::LOCALHOST, g: Ipv6Addr::LOCALHOST, h: ([127, 0, 0, 1], 80).into(),
        }),
        both!(Lists; Lists {
            a: vec![1], b: [1].into(), c: [1].into(), d: ["a".into()].into(), e: [1].into(), f: [1].into(),
            g: [1, 2, 3], h: [1].into(), i: vec![vec![None, Some(true)]], j: (1,),
        }),
        both!(Maps; Maps {
            a: [("a".into(), 1)].into(), b: [(1, vec![1])].into(), c: [("a".into(), true)].into(),
            d: ["a".into()].into(), e: serde_json::Map::new(), f: serde_json::json!([1, "a"]), g: 1.into(),
            h: BTreeMap::from([("a".into(), HashMap::new())]),
        }),
        both!(Wrappers; Wrappers {
            a: 1.into(), b: 1.into(), c: Arc::new("a".into()), d: 1.into(), e: 1.into(), f: 1.into(), g: 1.into(),
            h: std::cmp::Reverse(1), i: "a".into(), j: vec![1].into(),
        }),
        both!(Spans; Spans {
            a: Duration::from_secs(1), b: SystemTime::UNIX_EPOCH, c: 1..2, d: 1..=2, e: 1.., f: Ok(1),
        }),
    ];
    probes.extend(times());
    probes.extend(others());
    probes
}

fn times() -> Vec<Probe> {
    vec![
        both!(Chrono; Chrono {
            a: now(), b: now().into(), c: now().date_naive(), d: now().time(), e: now().naive_utc(),
            f: chrono::TimeDelta::zero(), g: Weekday::Mon, h: None, i: Month { number: 1 },
        }),
        both!(ChronoNumbers; ChronoNumbers { a: now(), b: now(), c: None, d: Some(now()), e: now() }),
        both!(Time; Time { a: then(), b: then().date(), c: then(), d: None, e: then(), f: Some(then()) }),
        both!(HumanTime;
            HumanTime { a: Duration::from_secs(1), b: None }, HumanTime { a: Duration::from_secs(1), b: Some(Duration::ZERO) }),
    ]
}

fn others() -> Vec<Probe> {
    let url = url::Url::parse("https://example.org/").expect("it is a URL");
    vec![
        both!(Ids; Ids { a: uuid::Uuid::nil(), b: url.clone(), c: uuid::Uuid::nil(), d: vec![uuid::Uuid::nil()] }),
        both!(OwnId; OwnId { id: own::Uuid { number: 1 } }),
        both!(Bytes; Bytes {
            a: bytes::Bytes::from_static(b"a"), b: vec![1], c: vec![1], d: vec![1], e: serde_bytes::ByteBuf::from([1]),
        }),
        both!(As; As {
            a: 1, b: None, c: vec![1], d: Duration::from_secs(1), e: [("a".into(), 1)].into(), f: 1, g: 1,
            h: Duration::from_secs(1), i: Some(vec![1]), j: None,
        }),
        both!(Shown; Shown(1)),
        both!(Showing; Showing { shown: Shown(1) }),
    ]
}
