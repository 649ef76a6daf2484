//! A text → what was read out of it: by an earlier run that kept it, or now.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::basis::{BlobId, Reason, Site};
use crate::builders::Builders;
use crate::cache::{Cache, Form};
use crate::facts::manifest::Manifest;
use crate::facts::proto::Proto;
use crate::facts::rust::Hints;
use crate::facts::{Declarations, FileFacts, Unread};
use crate::git::ReadError;

/// What can be read out of a text, and kept.
pub(crate) trait Reading: Serialize + DeserializeOwned {
    /// What is known of a text that could not be had.
    fn missing(error: &ReadError) -> Self;
}

impl Reading for FileFacts {
    fn missing(error: &ReadError) -> Self {
        let text = error.to_string().into();
        Self::unreadable(vec![Unread { reason: Reason::MissingObject, site: Site::default(), text }])
    }
}

impl Reading for Declarations {
    fn missing(_: &ReadError) -> Self {
        Self::default()
    }
}

impl Reading for Proto {
    fn missing(_: &ReadError) -> Self {
        Self::default()
    }
}

impl Reading for Manifest {
    fn missing(error: &ReadError) -> Self {
        Self { unreadable: Some((0, error.to_string().into())), ..Self::default() }
    }
}

impl Reading for Hints {
    fn missing(_: &ReadError) -> Self {
        Self::default()
    }
}

impl Reading for Builders {
    fn missing(_: &ReadError) -> Self {
        Self::default()
    }
}

/// What an earlier run kept, or what is read now. A text that could not be had is nothing to keep.
pub(crate) fn reading<T: Reading, B: AsRef<[u8]>>(
    cache: &Cache,
    (id, form): (BlobId, Form),
    parse: impl FnOnce(&[u8]) -> T,
    bytes: impl FnOnce() -> Result<B, ReadError>,
) -> T {
    if let Some(kept) = cache.get(id, form) {
        return kept;
    }
    match bytes() {
        Ok(bytes) => {
            let reading = parse(bytes.as_ref());
            cache.put(id, form, &reading);
            reading
        }
        Err(error) => T::missing(&error),
    }
}
