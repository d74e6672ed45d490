//! Records → sessions → connection 4-tuples.
