//! From finished sites to live ones: plan, ask, ship, go back.
//!
//! Purpose: what is live (the ledger) and what was built (bundle ids) go in; a plan comes out, and after whoever has to approved it,
//! what came of shipping it. Nothing is asked of a host before a plan is applied, except what became of a run that died. Never
//! renders, never reads a source, never prints, never asks a person.

mod apply;
mod approvals;
mod berths;
mod catch_up;
mod clearance;
mod compare;
mod cost;
mod crew;
mod effort;
mod fits;
mod folders;
mod foresight;
mod going_back;
mod goods;
mod halt;
mod gradually;
mod ledger;
mod look;
mod pace;
mod packing;
mod names;
mod plan;
mod plan_file;
mod press;
mod preview;
mod resume;
mod rounds;
mod rules;
mod ship;
mod shown;
mod tidy;

pub use apply::{Fresh, Priority, Shipping, apply};
pub use berths::To;
pub use catch_up::catch_up;
pub use clearance::{Clearance, Verdict, leave_out, mind_leaks};
pub use cost::Prices;
pub use fits::refusals;
pub use folders::differences;
pub use foresight::{Foresight, Outlook, afloat, foresee};
pub use going_back::{Back, back_of_run, back_of_site, go_back};
pub use goods::{mend, restore};
pub use ledger::{Condition, FOLDER, Ledger, Past, Run, Store};
pub use pace::pace;
pub use packing::{Room, Size, pack};
pub use plan::{Basis, Candidate, plan, still_fits};
pub use plan_file::{Asked, Written, print as print_plan, read as read_plan};
pub use press::{Keeping, Pressed, Yard, press, press_alone};
pub use preview::{Previewing, end_preview, preview};
pub use resume::{refresh, resume};
pub use rounds::{Resident, look_round};
pub use shown::Shown;
pub use tidy::{Tidied, tidy};
