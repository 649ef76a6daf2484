//! A value that is kept as part of another, and taken apart only where somebody asks for it.

use std::fmt;
use std::marker::PhantomData;
use std::sync::OnceLock;

use serde::de::{DeserializeOwned, Visitor};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value, or the bytes that it was kept as.
#[derive(Debug)]
pub struct Packed<T> {
    bytes: Box<[u8]>,
    /// `None` where the bytes are none of a value.
    value: OnceLock<Option<T>>,
}

impl<T: DeserializeOwned> Packed<T> {
    /// A value that was found now.
    pub fn new(value: T) -> Self {
        Self { bytes: Box::default(), value: OnceLock::from(Some(value)) }
    }

    /// The value; `None` where what was kept is none.
    pub fn get(&self) -> Option<&T> {
        self.value.get_or_init(|| postcard::from_bytes(&self.bytes).ok()).as_ref()
    }

    /// The value, to be changed and then kept as it is.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.get()?;
        self.bytes = Box::default();
        self.value.get_mut()?.as_mut()
    }

    /// The value by itself.
    pub fn into_value(self) -> Option<T> {
        self.get()?;
        self.value.into_inner().flatten()
    }
}

impl<T: Serialize> Serialize for Packed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value.get() {
            Some(Some(value)) if self.bytes.is_empty() => {
                serializer.serialize_bytes(&postcard::to_stdvec(value).map_err(S::Error::custom)?)
            }
            Some(_) | None => serializer.serialize_bytes(&self.bytes),
        }
    }
}

impl<'de, T> Deserialize<'de> for Packed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(Bytes(PhantomData))
    }
}

struct Bytes<T>(PhantomData<T>);

impl<T> Visitor<'_> for Bytes<T> {
    type Value = Packed<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a packed value")
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Packed<T>, E> {
        if bytes.is_empty() {
            return Err(E::custom("nothing is packed"));
        }
        Ok(Packed { bytes: bytes.into(), value: OnceLock::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::Packed;

    #[test]
    fn what_was_packed_comes_out() {
        let bytes = postcard::to_stdvec(&(1_u8, Packed::new("text".to_owned()))).unwrap();
        let (_, packed): (u8, Packed<String>) = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(postcard::to_stdvec(&(1_u8, &packed)).unwrap(), bytes);
        assert_eq!(packed.get().map(String::as_str), Some("text"));
        assert_eq!(postcard::to_stdvec(&(1_u8, &packed)).unwrap(), bytes);
        assert_eq!(packed.into_value().as_deref(), Some("text"));
    }

    #[test]
    fn what_is_no_value_is_none() {
        let bytes = postcard::to_stdvec(&Packed::new(vec![0_u8])).unwrap();
        let packed: Packed<Vec<Vec<u32>>> = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(packed.get(), Some(&vec![Vec::new()]));
        let packed: Packed<String> = postcard::from_bytes(&[1, 9]).unwrap();
        assert_eq!(packed.get(), None);
    }
}
