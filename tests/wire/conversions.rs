//! Types that are made from others or written by hand, and those that gate says it cannot see through.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::probe::{Probe, both, opaque, reads, writes};

#[derive(Serialize, Deserialize, Clone)]
struct Wire {
    cents: u32,
    currency: Option<String>,
}

#[derive(Serialize, Deserialize, Clone)]
#[serde(from = "Wire", into = "Wire")]
struct Money {
    amount: f64,
}

impl From<Wire> for Money {
    fn from(wire: Wire) -> Self {
        Self { amount: f64::from(wire.cents) }
    }
}

impl From<Money> for Wire {
    fn from(_: Money) -> Self {
        Self { cents: 1, currency: None }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(try_from = "String")]
struct Code {
    text: String,
}

impl TryFrom<String> for Code {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Ok(Self { text })
    }
}

#[derive(Serialize, Deserialize, Clone)]
#[serde(from = "Option<u8>", into = "Vec<Option<u8>>")]
struct FromMaybe(u8);

impl From<Option<u8>> for FromMaybe {
    fn from(number: Option<u8>) -> Self {
        Self(number.unwrap_or_default())
    }
}

impl From<FromMaybe> for Vec<Option<u8>> {
    fn from(from: FromMaybe) -> Self {
        vec![Some(from.0)]
    }
}

#[derive(Serialize, Deserialize)]
struct Converted {
    money: Money,
    code: Code,
    maybe: FromMaybe,
}

mod elsewhere {
    //! A type that knows nothing of serde.

    pub(super) struct Point {
        pub(super) left: u8,
        pub(super) top: u8,
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "elsewhere::Point", rename_all = "UPPERCASE")]
struct PointDef {
    left: u8,
    top: u8,
}

#[derive(Serialize, Deserialize)]
struct Placed {
    #[serde(with = "PointDef")]
    point: elsewhere::Point,
}

mod digits {
    //! A way of the team's own.

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(number: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&number.to_string())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        Ok(String::deserialize(deserializer)?.len() as u8)
    }
}

#[derive(Serialize, Deserialize)]
struct WithOwn {
    #[serde(with = "digits")]
    number: u8,
    plain: u8,
}

#[derive(Serialize, Deserialize)]
enum WithInVariant {
    #[serde(with = "digits")]
    Number(u8),
}

struct ByHand(u8);

impl Serialize for ByHand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0)
    }
}

impl<'de> Deserialize<'de> for ByHand {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u8::deserialize(deserializer).map(Self)
    }
}

#[derive(Serialize, Deserialize)]
struct HoldsByHand {
    by_hand: ByHand,
    maybe: Option<ByHand>,
}

enum Told {
    Nothing,
    Number(u8),
}

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_str("nothing"),
            Self::Number(number) => serializer.collect_str(number),
        }
    }
}

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(u8),
            Text(String),
        }

        match Either::deserialize(deserializer)? {
            Either::Number(number) => Ok(Self::Number(number)),
            Either::Text(_) => Ok(Self::Nothing),
        }
    }
}

struct Visited(u8);

impl Serialize for Visited {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 == 0 { serializer.serialize_none() } else { serializer.serialize_u8(self.0) }
    }
}

impl<'de> Deserialize<'de> for Visited {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_json::Value::deserialize(deserializer).map(|_| Self(0))
    }
}

fn to_text<S: Serializer>(number: &u8, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&number.to_string())
}

fn from_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let text: String = Deserialize::deserialize(deserializer)?;
    Ok(text.len() as u8)
}

#[derive(Serialize, Deserialize)]
struct WithFunctions {
    #[serde(serialize_with = "to_text", deserialize_with = "from_text")]
    text: u8,
    told: Told,
}

#[derive(Serialize)]
struct HalfByHand {
    number: u8,
}

impl<'de> Deserialize<'de> for HalfByHand {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u8::deserialize(deserializer).map(|number| Self { number })
    }
}

macro_rules! declare {
    ($name:ident) => {
        #[derive(Serialize, Deserialize)]
        struct $name {
            number: u8,
        }
    };
}

declare!(FromMacro);

pub(crate) fn probes() -> Vec<Probe> {
    let wire = || Wire { cents: 1, currency: None };
    vec![
        both!(Wire; wire()),
        both!(Money; Money { amount: 1.0 }),
        both!(Code; Code { text: "a".into() }),
        both!(FromMaybe; FromMaybe(1)),
        both!(Converted; Converted { money: Money { amount: 1.0 }, code: Code { text: "a".into() }, maybe: FromMaybe(1) }),
        both!(Placed; Placed { point: elsewhere::Point { left: 1, top: 2 } }),
        both!(WithOwn; WithOwn { number: 1, plain: 2 }),
        both!(WithInVariant; WithInVariant::Number(1)),
        both!(ByHand; ByHand(1)),
        reads!(Told),
        writes!(Told; Told::Nothing, Told::Number(1)),
        opaque!(Visited; Visited(1)),
        both!(WithFunctions; WithFunctions { text: 1, told: Told::Number(1) }),
        both!(HoldsByHand; HoldsByHand { by_hand: ByHand(1), maybe: None }),
        writes!(HalfByHand; HalfByHand { number: 1 }),
        both!(FromMacro; FromMacro { number: 1 }),
    ]
}
