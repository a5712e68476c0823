//! One module a fault, named after its row in the fault list.
