//! Inputs: what is read, and how it becomes objects.

pub mod cluster;
