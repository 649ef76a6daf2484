//! Tests of the git floor on real repositories, built by the git program.

mod differential;
mod fixture;
mod hooks;
mod situations;
