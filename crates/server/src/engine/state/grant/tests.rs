//! The grant machine as a table.
