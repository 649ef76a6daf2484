//! A type that serde derives, with values of it as serde writes them and the question whether serde reads a document.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a value as serde does, or says why not.
type Read = fn(&Value) -> Result<(), String>;

/// One type under test.
pub(crate) struct Probe {
    /// The type as written, as seen from its file.
    pub(crate) written: &'static str,
    /// Values of it in JSON; `None` where serde does not write it.
    pub(crate) samples: Option<Vec<Value>>,
    /// What reading a document says; `None` where serde does not read it.
    pub(crate) read: Option<Read>,
    /// Whether gate cannot know what it looks like.
    pub(crate) opaque: bool,
}

/// Reads a document as a `T`.
pub(crate) fn read<T: DeserializeOwned>(document: &Value) -> Result<(), String> {
    // By way of the text, as a server does.
    serde_json::from_str::<T>(&document.to_string()).map(drop).map_err(|error| error.to_string())
}

/// A value as serde writes it.
pub(crate) fn written<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("every sample can be written")
}

/// A type that serde writes and reads, with values of it.
macro_rules! both {
    ($type:ty; $($sample:expr),+ $(,)?) => {
        crate::probe::Probe {
            written: stringify!($type),
            samples: Some(vec![$({ let sample: $type = $sample; crate::probe::written(&sample) }),+]),
            read: Some(crate::probe::read::<$type>),
            opaque: false,
        }
    };
}

/// A type that serde only writes.
macro_rules! writes {
    ($type:ty; $($sample:expr),+ $(,)?) => {
        crate::probe::Probe {
            written: stringify!($type),
            samples: Some(vec![$({ let sample: $type = $sample; crate::probe::written(&sample) }),+]),
            read: None,
            opaque: false,
        }
    };
}

/// A type that serde only reads.
macro_rules! reads {
    ($type:ty) => {
        crate::probe::Probe {
            written: stringify!($type),
            samples: None,
            read: Some(crate::probe::read::<$type>),
            opaque: false,
        }
    };
}

/// A type that gate cannot see through.
macro_rules! opaque {
    ($type:ty; $($sample:expr),+ $(,)?) => {
        crate::probe::Probe { opaque: true, ..both!($type; $($sample),+) }
    };
}

pub(crate) use {both, opaque, reads, writes};
