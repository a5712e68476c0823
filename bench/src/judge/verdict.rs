//! What the judge counts. All but attempts and verified records must be zero.

use std::fmt;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Approvals that people pressed, each account counted.
    pub attempted: u64,
    pub lost: u64,
    pub duplicated: u64,
    pub orphaned: u64,
    pub healed: u64,
    pub unacknowledged: u64,
    pub unrecorded: u64,
    pub broken_audits: u64,
    pub audit_records: u64,
    /// One sentence for each thing that is wrong.
    pub findings: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// R1: approved, and neither reached nor reported as failed; or claimed and not there.
    Lost,
    /// R2: a second assignment or a repeated invitation.
    Duplicated,
    /// R3: there at the platform although it ended, and the record does not show it.
    Orphaned,
    /// An act on an approval that was used up, or on one that was taken back.
    Healed,
    /// There by our call, with no approval that anybody was told of, and in no record; or more than approved.
    Unacknowledged,
    /// R5: an effect without the record that comes before it.
    Unrecorded,
    BrokenAudit,
}

impl Verdict {
    pub fn find(&mut self, what: Finding, why: String) {
        *match what {
            Finding::Lost => &mut self.lost,
            Finding::Duplicated => &mut self.duplicated,
            Finding::Orphaned => &mut self.orphaned,
            Finding::Healed => &mut self.healed,
            Finding::Unacknowledged => &mut self.unacknowledged,
            Finding::Unrecorded => &mut self.unrecorded,
            Finding::BrokenAudit => &mut self.broken_audits,
        } += 1;
        self.findings.push(format!("{what:?}: {why}"));
    }

    pub fn is_good(&self) -> bool {
        self.findings.is_empty()
    }

    /// Sums two runs.
    pub fn add(&mut self, other: Self) {
        self.attempted += other.attempted;
        self.lost += other.lost;
        self.duplicated += other.duplicated;
        self.orphaned += other.orphaned;
        self.healed += other.healed;
        self.unacknowledged += other.unacknowledged;
        self.unrecorded += other.unrecorded;
        self.broken_audits += other.broken_audits;
        self.audit_records += other.audit_records;
        self.findings.extend(other.findings);
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "grants attempted {}, lost {}, duplicated {}, orphaned {}, healed without approval {}, \
             unacknowledged but present {}, effects without record {}, broken audit chains {}, audit records \
             verified {}",
            self.attempted,
            self.lost,
            self.duplicated,
            self.orphaned,
            self.healed,
            self.unacknowledged,
            self.unrecorded,
            self.broken_audits,
            self.audit_records
        )
    }
}
