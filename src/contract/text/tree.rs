//! The one tree that JSON and YAML both become: values with the bytes at which they are written.
//!
//! What the keys mean is not known here.

use crate::basis::Span;

/// So deep may values lie in each other; documents of real APIs stay below 40.
pub(in crate::contract) const DEEPEST: usize = 200;

/// Maps with more entries than this are searched through an order of their keys.
const SEARCHED_IN_ORDER: usize = 8;

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::contract) struct Node {
    /// The value.
    pub(in crate::contract) value: Value,
    /// The bytes; of a list or map, from its first to its last.
    pub(in crate::contract) span: Span,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::contract) enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(Box<str>),
    /// A text, escapes undone.
    Text(Box<str>),
    /// A list.
    List(Vec<Node>),
    /// A map.
    Map(Map),
}

/// Keys with values. A key stands in it once: of several, the last one counts, as everywhere in JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::contract) struct Map {
    entries: Vec<Entry>,
    /// Indices of `entries` by key; empty where there are few.
    order: Vec<u32>,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::contract) struct Entry {
    /// The key, escapes undone.
    pub(in crate::contract) key: Box<str>,
    /// The bytes of the key.
    pub(in crate::contract) at: Span,
    /// The value.
    pub(in crate::contract) node: Node,
}

impl Map {
    /// The map with these entries.
    pub(super) fn new(mut entries: Vec<Entry>) -> Self {
        if entries.len() <= SEARCHED_IN_ORDER {
            let doubled = |at: usize| entries[at + 1..].iter().any(|later| later.key == entries[at].key);
            if let Some(first) = (0..entries.len()).find(|at| doubled(*at)) {
                entries.remove(first);
                return Self::new(entries);
            }
            return Self { entries, order: Vec::new() };
        }
        let mut order = in_order(&entries);
        let mut doubled = vec![false; entries.len()];
        for pair in order.windows(2) {
            let [first, second] = [pair[0] as usize, pair[1] as usize];
            doubled[first] = entries[first].key == entries[second].key;
        }
        if doubled.contains(&true) {
            let mut doubled = doubled.into_iter();
            entries.retain(|_| doubled.next() != Some(true));
            order = in_order(&entries);
        }
        Self { entries, order }
    }

    /// The entries in the order in which they are written.
    pub(in crate::contract) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with this key.
    pub(in crate::contract) fn get(&self, key: &str) -> Option<&Entry> {
        if self.order.is_empty() {
            return self.entries.iter().find(|entry| &*entry.key == key);
        }
        let of = |at: &u32| &self.entries[*at as usize];
        self.order.binary_search_by(|at| (*of(at).key).cmp(key)).ok().map(|found| of(&self.order[found]))
    }
}

/// The indices of entries by key, and by place where keys are equal.
fn in_order(entries: &[Entry]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..).take(entries.len()).collect();
    order.sort_by(|a, b| entries[*a as usize].key.cmp(&entries[*b as usize].key));
    order
}

impl Node {
    /// The entry under this key, of a map.
    pub(in crate::contract) fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Map(map) => map.get(key),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => None,
        }
    }

    /// The value under this key, of a map.
    pub(in crate::contract) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The entries of a map; none of anything else.
    pub(in crate::contract) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(map) => map.entries(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub(in crate::contract) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Map(_) => &[],
        }
    }

    /// Whether it is a map.
    pub(in crate::contract) fn is_map(&self) -> bool {
        matches!(self.value, Value::Map(_))
    }

    /// Whether it is null.
    pub(in crate::contract) fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The text of a text, the digits of a number: YAML authors leave quotes out (`openapi: 3.0`).
    pub(in crate::contract) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text),
            Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Whether it is `true`.
    pub(in crate::contract) fn is_true(&self) -> bool {
        matches!(self.value, Value::Bool(true))
    }

    /// It as JSON, numbers as written.
    pub(in crate::contract) fn json(&self) -> String {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        match &self.value {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Number(digits) => number(digits).into(),
            Value::Text(text) => quoted(text),
            Value::List(items) => format!("[{}]", items.iter().map(Self::json).collect::<Vec<_>>().join(",")),
            Value::Map(map) => {
                let entry = |entry: &Entry| format!("{}:{}", quoted(&entry.key), entry.node.json());
                format!("{{{}}}", map.entries().iter().map(entry).collect::<Vec<_>>().join(","))
            }
        }
    }
}

/// The digits of a number, so that `1`, `1.0` and `1e0` are the same text.
pub(in crate::contract) fn number(digits: &str) -> Box<str> {
    if let Ok(whole) = digits.parse::<i128>() {
        return whole.to_string().into();
    }
    match digits.parse::<f64>() {
        Ok(value) if value.is_finite() => value.to_string().into(),
        _ => digits.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(keys: &[&str]) -> Map {
        let node = |at: usize| Node { value: Value::Null, span: Span::new(at, at) };
        let entry =
            |(at, key): (usize, &&str)| Entry { key: (*key).into(), at: Span::new(at, at), node: node(at) };
        Map::new(keys.iter().enumerate().map(entry).collect())
    }

    #[test]
    fn of_a_key_that_stands_twice_the_last_counts() {
        #[track_caller]
        fn check(keys: &[&str], expected: &[u32]) {
            let map = map(keys);
            let found: Vec<u32> = map.entries().iter().map(|entry| entry.at.start).collect();
            assert_eq!(found, expected);
            for key in keys {
                let last = keys.iter().rposition(|other| other == key).expect("it is one of them");
                assert_eq!(map.get(key).map(|entry| entry.at.start as usize), Some(last), "{key}");
            }
            assert_eq!(map.get("none"), None);
        }
        check(&["a", "b", "a", "a"], &[1, 3]);
        check(&["i", "h", "g", "f", "e", "d", "c", "b", "a"], &[0, 1, 2, 3, 4, 5, 6, 7, 8]);
        check(&["i", "h", "g", "f", "i", "d", "i", "b", "a"], &[1, 2, 3, 5, 6, 7, 8]);
    }

    #[test]
    fn equal_numbers_have_one_spelling() {
        for (digits, expected) in
            [("1", "1"), ("1.0", "1"), ("-0", "0"), ("1e2", "100"), ("+7", "7"), ("0.50", "0.5"), ("x", "x")]
        {
            assert_eq!(&*number(digits), expected);
        }
    }
}
