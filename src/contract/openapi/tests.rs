//! Documents and what they are read as.
