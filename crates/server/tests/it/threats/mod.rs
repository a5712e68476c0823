//! One module an attack, named after its row in the threat model.

mod t03_connection_fixation;
