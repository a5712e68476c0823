//! The JSON API from outside.
