//! Types of other crates and of the language → what serde makes of them. Rows of data.
//!
//! A row holds for a crate and a last segment: where in its crate a type lies is no part of what it looks like. Sources: the `impl`
//! blocks of each crate, with its features as they are by default. What libraries write in different ways is [`Is::Unclear`].

/// What serde makes of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Is {
    /// `true` or `false`.
    Bool,
    /// A whole number of that many bits, with a sign or without.
    Int(u8, bool),
    /// A number.
    Number,
    /// Any text.
    Text,
    /// RFC 3339 with an offset.
    DateTime,
    /// A calendar date.
    Date,
    /// A time of day.
    Time,
    /// A UUID.
    Uuid,
    /// A text in a format of this name.
    Format(&'static str),
    /// A text that is read and never written.
    Secret,
    /// Something that is written in different ways.
    Unclear,
    /// Bytes: written as a list of numbers, read from that or from a text.
    Bytes,
    /// A list of its first argument.
    List,
    /// A list of what its first argument, an array, holds.
    ListOfArray,
    /// A map to its argument at this position.
    Map(usize),
    /// The same as its first argument.
    Inner,
    /// Its first argument or null.
    Option,
    /// `{"Ok": …}` or `{"Err": …}`.
    Result,
    /// An object of seconds and nanoseconds, by their names.
    Pair(&'static str, &'static str),
    /// Two fields of its first argument.
    Bounds(&'static str, &'static str),
    /// One field of its first argument.
    Bound(&'static str),
    /// Null.
    Null,
    /// Anything.
    Any,
    /// An object with any fields.
    Fields,
    /// An object without fields.
    Empty,
    /// Items of its first argument, and where the next ones are.
    Page,
    /// How many items a client asks for, from where on, or else what its first argument says of them.
    PageAsked,
}

/// Types by their last segment, and what serde makes of each.
type Row = (&'static [&'static str], Is);

const STD: &[Row] = &[
    (&["bool", "AtomicBool"], Is::Bool),
    (&["i8", "NonZeroI8", "AtomicI8"], Is::Int(8, true)),
    (&["i16", "NonZeroI16", "AtomicI16"], Is::Int(16, true)),
    (&["i32", "NonZeroI32", "AtomicI32"], Is::Int(32, true)),
    (&["i64", "NonZeroI64", "AtomicI64", "isize", "NonZeroIsize", "AtomicIsize"], Is::Int(64, true)),
    (&["i128", "NonZeroI128"], Is::Int(128, true)),
    (&["u8", "NonZeroU8", "AtomicU8"], Is::Int(8, false)),
    (&["u16", "NonZeroU16", "AtomicU16"], Is::Int(16, false)),
    (&["u32", "NonZeroU32", "AtomicU32"], Is::Int(32, false)),
    (&["u64", "NonZeroU64", "AtomicU64", "usize", "NonZeroUsize", "AtomicUsize"], Is::Int(64, false)),
    (&["u128", "NonZeroU128"], Is::Int(128, false)),
    (&["f32", "f64"], Is::Number),
    (&["char", "str", "String", "Path", "PathBuf"], Is::Text),
    (&["SocketAddr", "SocketAddrV4", "SocketAddrV6"], Is::Format("socket-address")),
    (&["IpAddr"], Is::Format("ip")),
    (&["Ipv4Addr"], Is::Format("ipv4")),
    (&["Ipv6Addr"], Is::Format("ipv6")),
    (&["Vec", "VecDeque", "LinkedList", "BinaryHeap", "HashSet", "BTreeSet"], Is::List),
    (&["HashMap", "BTreeMap"], Is::Map(1)),
    (&["Option"], Is::Option),
    (&["Result"], Is::Result),
    (&["Box", "Rc", "Arc", "Cow", "Cell", "RefCell", "Mutex", "RwLock"], Is::Inner),
    (&["Wrapping", "Saturating", "Reverse", "NonZero"], Is::Inner),
    (&["Duration"], Is::Pair("secs", "nanos")),
    (&["SystemTime"], Is::Pair("secs_since_epoch", "nanos_since_epoch")),
    (&["Range", "RangeInclusive"], Is::Bounds("start", "end")),
    (&["RangeFrom"], Is::Bound("start")),
    (&["RangeTo"], Is::Bound("end")),
    (&["PhantomData"], Is::Null),
];

const CHRONO: &[Row] = &[
    (&["DateTime"], Is::DateTime),
    (&["NaiveDate"], Is::Date),
    (&["NaiveTime"], Is::Time),
    (&["NaiveDateTime", "Duration", "TimeDelta"], Is::Unclear),
    (&["Weekday"], Is::Format("weekday")),
    (&["Month"], Is::Format("month")),
];

const TIME: &[Row] = &[(
    &[
        "OffsetDateTime",
        "UtcDateTime",
        "PrimitiveDateTime",
        "Date",
        "Time",
        "Duration",
        "UtcOffset",
        "Month",
        "Weekday",
    ],
    Is::Unclear,
)];

const JIFF: &[Row] = &[
    (&["Timestamp"], Is::DateTime),
    (&["Date"], Is::Date),
    (&["Time"], Is::Time),
    (&["Span", "SignedDuration"], Is::Format("duration")),
    (&["Zoned", "DateTime"], Is::Unclear),
];

const UUID: &[Row] = &[
    (&["Uuid", "NonNilUuid", "Hyphenated"], Is::Uuid),
    (&["Simple"], Is::Format("uuid-simple")),
    (&["Urn"], Is::Format("uuid-urn")),
    (&["Braced"], Is::Format("uuid-braced")),
];

const JSON: &[Row] = &[(&["Value", "RawValue"], Is::Any), (&["Map"], Is::Fields), (&["Number"], Is::Number)];

const LISTS: &[Row] = &[(
    &[
        "IndexSet", "DashSet", "HashSet", "BTreeSet", "OrdSet", "Vector", "ArrayVec", "Vec1", "NonEmpty",
        "Deque", "Vec", "ThinVec",
    ],
    Is::List,
)];

/// Crates with the rows of their types; several crates of one kind share them.
const CRATES: &[(&[&str], &[Row])] = &[
    (&["std"], STD),
    (&["chrono"], CHRONO),
    (&["chrono_tz"], &[(&["Tz"], Is::Text)]),
    (&["time"], TIME),
    (&["jiff"], JIFF),
    (&["uuid"], UUID),
    (&["ulid"], &[(&["Ulid"], Is::Format("ulid"))]),
    (&["url"], &[(&["Url"], Is::Format("uri"))]),
    (&["serde_json"], JSON),
    (&["bytes"], &[(&["Bytes", "BytesMut"], Is::Bytes)]),
    (&["serde_bytes"], &[(&["Bytes", "ByteBuf", "ByteArray"], Is::Bytes)]),
    (&["rust_decimal"], &[(&["Decimal"], Is::Unclear)]),
    (&["bigdecimal"], &[(&["BigDecimal"], Is::Unclear)]),
    (&["num_bigint"], &[(&["BigInt", "BigUint"], Is::Unclear)]),
    (
        &["indexmap", "hashbrown", "dashmap", "im", "rpds", "linked_hash_map", "fnv", "rustc_hash", "ahash"],
        &[
            (&["IndexMap", "HashMap", "DashMap", "OrdMap", "HashTrieMap", "LinkedHashMap"], Is::Map(1)),
            (&["FnvHashMap", "FxHashMap", "FxIndexMap", "AHashMap"], Is::Map(1)),
            (
                &[
                    "IndexSet",
                    "HashSet",
                    "DashSet",
                    "OrdSet",
                    "FnvHashSet",
                    "FxHashSet",
                    "AHashSet",
                    "Vector",
                ],
                Is::List,
            ),
        ],
    ),
    (&["arrayvec", "heapless", "vec1", "nonempty", "thin_vec"], LISTS),
    (&["arrayvec", "heapless"], &[(&["ArrayString"], Is::Text)]),
    (&["smallvec", "tinyvec"], &[(&["SmallVec", "TinyVec", "ArrayVec"], Is::ListOfArray)]),
    (&["ordered_float"], &[(&["OrderedFloat", "NotNan"], Is::Inner)]),
    (&["triomphe"], &[(&["Arc"], Is::Inner)]),
    (&["parking_lot", "tokio"], &[(&["Mutex", "RwLock"], Is::Inner)]),
    (&["compact_str"], &[(&["CompactString"], Is::Text)]),
    (&["smol_str"], &[(&["SmolStr"], Is::Text)]),
    (&["arcstr"], &[(&["ArcStr", "Substr"], Is::Text)]),
    (&["ecow"], &[(&["EcoString"], Is::Text), (&["EcoVec"], Is::List)]),
    (&["bytestring"], &[(&["ByteString"], Is::Text)]),
    (&["camino"], &[(&["Utf8Path", "Utf8PathBuf"], Is::Text)]),
    (&["semver"], &[(&["Version", "VersionReq"], Is::Text)]),
    (&["ipnet", "ipnetwork"], &[(&["IpNet", "Ipv4Net", "Ipv6Net", "IpNetwork"], Is::Text)]),
    (&["email_address"], &[(&["EmailAddress"], Is::Format("email"))]),
    (&["humantime_serde"], &[(&["Serde"], Is::Format("human-duration"))]),
    (&["lettre"], &[(&["Address"], Is::Format("email"))]),
    (&["toml"], &[(&["Value"], Is::Any), (&["Table"], Is::Fields)]),
    (&["js_option"], &[(&["JsOption"], Is::Option)]),
    (&["secrecy"], &[(&["SecretString"], Is::Secret)]),
    (&["sqlx"], &[(&["Json"], Is::Inner)]),
    (
        &["dropshot"],
        &[
            (&["ResultsPage"], Is::Page),
            (&["PaginationParams"], Is::PageAsked),
            (&["EmptyScanParams"], Is::Empty),
        ],
    ),
    (&["iddqd"], &[(&["IdOrdMap", "IdHashMap", "BiHashMap", "TriHashMap"], Is::List)]),
    (&["oxnet"], &[(&["IpNet", "Ipv4Net", "Ipv6Net"], Is::Text)]),
];

/// Paths under which crates hand on the types of others, and whose they are.
const FACADES: &[(&str, &str)] = &[
    ("core::", "std::"),
    ("alloc::", "std::"),
    ("sqlx::types::chrono::", "chrono::"),
    ("sqlx::types::time::", "time::"),
    ("sqlx::types::uuid::", "uuid::"),
    ("sqlx::types::Uuid", "uuid::Uuid"),
    ("sqlx::types::Decimal", "rust_decimal::Decimal"),
    ("sqlx::types::BigDecimal", "bigdecimal::BigDecimal"),
    ("sqlx::types::JsonValue", "serde_json::Value"),
    ("sea_orm::prelude::Uuid", "uuid::Uuid"),
    ("sea_orm::prelude::DateTimeUtc", "chrono::DateTime"),
    ("sea_orm::prelude::DateTimeWithTimeZone", "chrono::DateTime"),
    ("sea_orm::prelude::DateTimeLocal", "chrono::DateTime"),
    ("sea_orm::prelude::DateTime", "chrono::NaiveDateTime"),
    ("sea_orm::prelude::Date", "chrono::NaiveDate"),
    ("sea_orm::prelude::Time", "chrono::NaiveTime"),
    ("sea_orm::prelude::Json", "serde_json::Value"),
    ("sea_orm::prelude::Decimal", "rust_decimal::Decimal"),
    ("sea_orm::JsonValue", "serde_json::Value"),
    ("rocket::serde::uuid::", "uuid::"),
    ("rocket::serde::json::Value", "serde_json::Value"),
    ("reqwest::Url", "url::Url"),
    ("actix_web::web::Bytes", "bytes::Bytes"),
    ("axum::body::Bytes", "bytes::Bytes"),
];

/// Names that every module has without a `use`.
const PRELUDE: &[(&str, &str)] = &[
    ("Vec", "std::vec::Vec"),
    ("String", "std::string::String"),
    ("Option", "std::option::Option"),
    ("Result", "std::result::Result"),
    ("Box", "std::boxed::Box"),
];

const PRIMITIVES: &[&str] = &[
    "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
    "isize", "f32", "f64",
];

/// The path in full of a name that every module has.
pub(super) fn prelude(name: &str) -> Option<String> {
    let listed = PRELUDE.iter().find(|(short, _)| *short == name).map(|(_, path)| (*path).to_owned());
    listed.or_else(|| PRIMITIVES.contains(&name).then(|| format!("std::{name}")))
}

/// The path of a type in the crate that declares it, as far as that is known.
pub(super) fn original(path: &str) -> String {
    let path = path.strip_prefix("::").unwrap_or(path);
    let fits = |from: &str| match path.strip_prefix(from) {
        Some(rest) if from.ends_with("::") || rest.is_empty() => Some(rest.to_owned()),
        Some(_) | None => None,
    };
    // Crates hand on the parts of the standard library for what their macros write: `prost::alloc::string::String`.
    let mut inner = path.splitn(3, "::").skip(1);
    if let (Some("alloc" | "core" | "std"), Some(rest)) = (inner.next(), inner.next()) {
        return format!("std::{rest}");
    }
    let facade = FACADES.iter().find_map(|(from, to)| fits(from).map(|rest| format!("{to}{rest}")));
    facade.unwrap_or_else(|| path.to_owned())
}

/// The crate and the last segment of a path.
pub(super) fn key(path: &str) -> (&str, &str) {
    let first = path.split("::").next().unwrap_or(path);
    let first = if matches!(first, "core" | "alloc") { "std" } else { first };
    (first, path.rsplit("::").next().unwrap_or(path))
}

/// What serde makes of the type at a path.
pub(super) fn row(path: &str) -> Option<Is> {
    let (of, name) = key(path);
    let rows = CRATES.iter().filter(|(crates, _)| crates.contains(&of)).flat_map(|(_, rows)| *rows);
    rows.into_iter().find(|(names, _)| names.contains(&name)).map(|(_, is)| *is)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_goes_by_its_crate_and_its_name() {
        assert_eq!(row("chrono::prelude::DateTime"), Some(Is::DateTime));
        assert_eq!(row("chrono::Duration"), Some(Is::Unclear));
        assert_eq!(row("core::time::Duration"), Some(Is::Pair("secs", "nanos")));
        assert_eq!(row("shop::Uuid"), None);
        assert_eq!(original("sqlx::types::chrono::DateTime"), "chrono::DateTime");
        assert_eq!(original("sqlx::types::Uuids"), "sqlx::types::Uuids");
        assert_eq!(original("alloc::vec::Vec"), "std::vec::Vec");
        assert_eq!(original("prost::alloc::vec::Vec"), "std::vec::Vec");
        assert_eq!(prelude("u8").as_deref(), Some("std::u8"));
        assert_eq!(prelude("HashMap"), None);
    }
}
