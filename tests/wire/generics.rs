//! Parameters filled in, names followed: aliases, modules, re-exports, associated types.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::facade::Order;
use crate::probe::{Probe, both};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<T> {
    items: Vec<T>,
    next_page: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct Envelope<T, M = Meta> {
    data: T,
    meta: M,
}

#[derive(Serialize, Deserialize)]
struct Meta {
    count: u8,
}

type Orders = Page<Order>;
type Answer<T> = Envelope<Page<T>>;
type Twice<T> = (T, T);

mod orders {
    //! Where orders are.

    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Order {
        pub(crate) id: super::OrderId,
        pub(crate) lines: Vec<Line>,
    }

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Line {
        pub(crate) sku: String,
    }
}

mod facade {
    //! Hands on what lies elsewhere.

    pub(super) use super::orders::Line as OrderLine;
    pub(super) use super::orders::*;
}

mod other {
    //! Another type of the same name.

    #[derive(serde::Serialize, serde::Deserialize)]
    pub(super) struct Order {
        pub(super) number: u8,
    }
}

#[derive(Serialize, Deserialize)]
struct OrderId(u64);

trait Named {
    type Id;
}

impl Named for Order {
    type Id = OrderId;
}

#[derive(Serialize, Deserialize)]
struct Linked {
    id: <Order as Named>::Id,
    line: facade::OrderLine,
    other: other::Order,
    order: Order,
}

#[derive(Serialize, Deserialize)]
struct Node<T> {
    value: T,
    next: Option<Box<Node<T>>>,
}

#[derive(Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize", deserialize = "T: Deserialize<'de>"))]
struct Bound<'a, T, const N: usize>
where
    T: 'a,
{
    list: Vec<T>,
    fixed: [u8; 3],
    marker: std::marker::PhantomData<&'a [u8; N]>,
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Id<T> {
    raw: u32,
    marker: std::marker::PhantomData<T>,
}

#[derive(Serialize, Deserialize)]
struct Using {
    orders: Orders,
    answer: Answer<u8>,
    twice: Twice<bool>,
    id: Id<Order>,
    maps: BTreeMap<String, Page<Option<u8>>>,
}

#[derive(Serialize, Deserialize)]
enum Outcome<T, E = String> {
    Done(T),
    Failed { error: E },
}

/// Not the language's.
#[derive(Serialize, Deserialize)]
struct Option2<T>(std::option::Option<T>);

mod shadow {
    //! A name of the prelude that means something else here.

    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize)]
    pub(super) struct Option<T> {
        pub(super) value: T,
    }

    #[derive(Serialize, Deserialize)]
    pub(super) struct Uses {
        pub(super) it: Option<u8>,
        pub(super) real: core::option::Option<u8>,
    }
}

fn order() -> Order {
    Order { id: OrderId(1), lines: vec![orders::Line { sku: "a".into() }] }
}

fn page<T>(items: Vec<T>) -> Page<T> {
    Page { items, next_page: None }
}

fn answer() -> Answer<u8> {
    Envelope { data: page(vec![1]), meta: Meta { count: 1 } }
}

pub(crate) fn probes() -> Vec<Probe> {
    vec![
        both!(Page<u8>; page(vec![1])),
        both!(Page<Page<String>>; page(vec![page(vec!["a".into()])])),
        both!(Orders; page(vec![order()])),
        both!(Envelope<u8>; Envelope { data: 1, meta: Meta { count: 1 } }),
        both!(Envelope<u8, bool>; Envelope { data: 1, meta: true }),
        both!(Envelope<Option<u8>>; Envelope { data: None, meta: Meta { count: 1 } }),
        both!(Answer<u8>; answer()),
        both!(Twice<u8>; (1, 2)),
        both!(Linked; Linked {
            id: OrderId(1), line: facade::OrderLine { sku: "a".into() }, other: other::Order { number: 1 }, order: order(),
        }),
        both!(Node<u8>; Node { value: 1, next: Some(Box::new(Node { value: 2, next: None })) }),
        both!(Bound<'static, u8, 3>; Bound { list: vec![1], fixed: [1, 2, 3], marker: std::marker::PhantomData }),
        both!(Id<Order>; Id { raw: 1, marker: std::marker::PhantomData }),
        both!(Using; Using {
            orders: page(vec![]), answer: answer(), twice: (true, false),
            id: Id { raw: 1, marker: std::marker::PhantomData },
            maps: BTreeMap::from([("a".into(), page(vec![None]))]),
        }),
        both!(Outcome<u8>; Outcome::Done(1), Outcome::Failed { error: "a".into() }),
        both!(Option2<u8>; Option2(None)),
        both!(shadow::Uses; shadow::Uses { it: shadow::Option { value: 1 }, real: None }),
        both!(Vec<Option<Order>>; vec![None, Some(order())]),
        both!((u8, Page<bool>); (1, page(vec![true]))),
    ]
}
