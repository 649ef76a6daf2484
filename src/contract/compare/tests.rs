//! Pairs of documents and what differs between them.
