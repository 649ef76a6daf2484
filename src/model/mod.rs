//! The model floor: facts of many files → what the repository holds, names resolved and routers composed.

pub mod routes;
