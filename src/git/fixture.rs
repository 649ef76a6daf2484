//! Repositories for tests: built by the git program in an environment of their own.
