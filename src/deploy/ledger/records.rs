//! The ledger's files as they are written. They outlive versions of hectare, so each says which version of the format it is in.

use super::Past;
use crate::model::{
    Approval, Berth, Course, Digest, Good, Hex, HostKeys, Hosts, Intent, Label, Media, Money, OutPath, ParcelName,
    Receipt, Release, SiteId, Standing, Step, Vitals,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The version of all files of the ledger.
pub(super) const VERSION: u32 = 1;

/// What every file begins with.
#[derive(Deserialize)]
pub(super) struct Head {
    pub(super) v: u32,
}

/// `state.json`: what is live.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct State {
    v: u32,
    berths: Vec<StandingRecord>,
}

#[derive(Serialize, Deserialize)]
struct StandingRecord {
    target: String,
    count: u64,
    run: String,
    receipt: ReceiptRecord,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    hosts: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    vitals: BTreeMap<String, (u64, u64)>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    unseen: BTreeMap<String, Option<String>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    taken_back: BTreeMap<String, BTreeMap<String, Timestamp>>,
}

#[derive(Serialize, Deserialize)]
struct ReceiptRecord {
    parcel: String,
    deployment: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    label: String,
    at: Timestamp,
    sites: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    hosts: BTreeMap<String, BTreeSet<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    location: Option<String>,
}

/// `receipts/<target>/<parcel>/<count>.json`: one switch.
#[derive(Serialize, Deserialize)]
pub(super) struct Entry {
    v: u32,
    run: String,
    #[serde(default, skip_serializing_if = "CourseRecord::is_onward")]
    course: CourseRecord,
    receipt: ReceiptRecord,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum CourseRecord {
    #[default]
    Onward,
    Back,
    TakenBack,
}

/// `intents/<target>/<parcel>.json`: what a run was about to do.
#[derive(Serialize, Deserialize)]
pub(super) struct IntentRecord {
    v: u32,
    target: String,
    parcel: String,
    run: String,
    step: StepRecord,
    label: String,
    sites: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    hosts: BTreeMap<String, BTreeSet<String>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    unseen: BTreeMap<String, Option<String>>,
    #[serde(default, skip_serializing_if = "CourseRecord::is_onward")]
    course: CourseRecord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    at: Timestamp,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StepRecord {
    Uploading,
    Switching,
}

/// `releases/<site>/<id>.json`: the files of a release.
#[derive(Serialize, Deserialize)]
pub(super) struct ReleaseRecord {
    v: u32,
    site: String,
    id: String,
    files: Vec<GoodRecord>,
}

#[derive(Serialize, Deserialize)]
struct GoodRecord {
    path: String,
    digest: String,
    bytes: u64,
    media: String,
    cloudflare: String,
    sha1: String,
}

/// `approvals/<plan>.json`.
#[derive(Serialize, Deserialize)]
pub(super) struct ApprovalRecord {
    v: u32,
    plan: String,
    by: String,
    note: String,
    at: Timestamp,
    says: Vec<String>,
    /// The runs that went by it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    runs: BTreeSet<String>,
}

/// `runs/<id>.json`: where a run switched something.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct RunRecord {
    v: u32,
    pub(super) plan: String,
    pub(super) at: Timestamp,
    pub(super) berths: Vec<(String, String)>,
}

/// `spent/<day>.json`: what runs cost that began on this day.
#[derive(Serialize, Deserialize)]
pub(super) struct SpentRecord {
    v: u32,
    runs: Vec<SpendingRecord>,
}

#[derive(Serialize, Deserialize)]
struct SpendingRecord {
    run: String,
    plan: String,
    at: Timestamp,
    /// Millionths of a dollar.
    micros: u64,
}

fn sites(written: &BTreeMap<String, String>) -> Option<BTreeMap<SiteId, Digest>> {
    written.iter().map(|(site, id)| Some((SiteId::parse(site).ok()?, Digest::parse(id)?))).collect()
}

fn write_sites(sites: &BTreeMap<SiteId, Digest>) -> BTreeMap<String, String> {
    sites.iter().map(|(site, id)| (site.to_string(), id.to_string())).collect()
}

fn hosts(written: BTreeMap<String, BTreeSet<String>>) -> Option<Hosts> {
    written.into_iter().map(|(site, hosts)| Some((SiteId::parse(&site).ok()?, hosts))).collect()
}

fn write_hosts(hosts: &Hosts) -> BTreeMap<String, BTreeSet<String>> {
    hosts.iter().map(|(site, hosts)| (site.to_string(), hosts.clone())).collect()
}

fn unseen(written: &BTreeMap<String, Option<String>>) -> Option<BTreeMap<SiteId, Option<Digest>>> {
    let before = |before: &Option<String>| match before {
        None => Some(None),
        Some(id) => Digest::parse(id).map(Some),
    };
    written.iter().map(|(site, id)| Some((SiteId::parse(site).ok()?, before(id)?))).collect()
}

fn write_unseen(unseen: &BTreeMap<SiteId, Option<Digest>>) -> BTreeMap<String, Option<String>> {
    unseen.iter().map(|(site, id)| (site.to_string(), id.map(|id| id.to_string()))).collect()
}

fn taken_back(
    written: &BTreeMap<String, BTreeMap<String, Timestamp>>,
) -> Option<BTreeMap<SiteId, BTreeMap<Digest, Timestamp>>> {
    let releases = |releases: &BTreeMap<String, Timestamp>| {
        releases.iter().map(|(id, at)| Some((Digest::parse(id)?, *at))).collect::<Option<BTreeMap<_, _>>>()
    };
    written.iter().map(|(site, ids)| Some((SiteId::parse(site).ok()?, releases(ids)?))).collect()
}

fn write_taken_back(
    taken_back: &BTreeMap<SiteId, BTreeMap<Digest, Timestamp>>,
) -> BTreeMap<String, BTreeMap<String, Timestamp>> {
    let ids = |releases: &BTreeMap<Digest, Timestamp>| releases.iter().map(|(id, at)| (id.to_string(), *at)).collect();
    taken_back.iter().map(|(site, releases)| (site.to_string(), ids(releases))).collect()
}

/// The digest of a place, if it is known.
fn location(written: Option<&String>) -> Option<Option<Digest>> {
    written.map_or(Some(None), |written| Digest::parse(written).map(Some))
}

impl CourseRecord {
    fn is_onward(&self) -> bool {
        *self == Self::Onward
    }

    fn of(course: Course) -> Self {
        match course {
            Course::Onward => Self::Onward,
            Course::Back => Self::Back,
            Course::TakenBack => Self::TakenBack,
        }
    }

    fn read(self) -> Course {
        match self {
            Self::Onward => Course::Onward,
            Self::Back => Course::Back,
            Self::TakenBack => Course::TakenBack,
        }
    }
}

impl State {
    pub(super) fn of<'a>(berths: impl Iterator<Item = (&'a Berth, &'a Standing)>) -> Self {
        let record = |(berth, standing): (&Berth, &Standing)| StandingRecord {
            target: berth.target.clone(),
            count: standing.count,
            run: standing.run.clone(),
            receipt: ReceiptRecord::of(&standing.receipt),
            hosts: standing.hosts.clone(),
            vitals: standing.vitals.iter().map(|(site, v)| (site.to_string(), (v.millis, v.bytes))).collect(),
            unseen: write_unseen(&standing.unseen),
            taken_back: write_taken_back(&standing.taken_back),
        };
        Self { v: VERSION, berths: berths.map(record).collect() }
    }

    pub(super) fn read(self) -> Option<BTreeMap<Berth, Standing>> {
        self.berths.into_iter().map(StandingRecord::read).collect()
    }
}

impl StandingRecord {
    fn read(self) -> Option<(Berth, Standing)> {
        let receipt = self.receipt.read()?;
        let vitals = self.vitals.iter().map(|(site, (millis, bytes))| {
            Some((SiteId::parse(site).ok()?, Vitals { millis: *millis, bytes: *bytes }))
        });
        let berth = Berth { target: self.target, parcel: receipt.parcel.clone() };
        let (vitals, unseen) = (vitals.collect::<Option<_>>()?, unseen(&self.unseen)?);
        let (count, run, hosts, taken_back) = (self.count, self.run, self.hosts, taken_back(&self.taken_back)?);
        Some((berth, Standing { count, run, receipt, hosts, vitals, unseen, taken_back }))
    }
}

impl ReceiptRecord {
    fn of(receipt: &Receipt) -> Self {
        Self {
            parcel: receipt.parcel.to_string(),
            deployment: receipt.deployment.clone(),
            address: receipt.address.clone(),
            label: receipt.label.to_string(),
            at: receipt.at,
            sites: write_sites(&receipt.sites),
            hosts: write_hosts(&receipt.hosts),
            location: receipt.location.map(|location| location.to_string()),
        }
    }

    fn read(self) -> Option<Receipt> {
        Some(Receipt {
            parcel: ParcelName::parse(&self.parcel).ok()?,
            deployment: self.deployment,
            address: self.address,
            label: Label::parse(&self.label)?,
            at: self.at,
            sites: sites(&self.sites)?,
            hosts: hosts(self.hosts)?,
            location: location(self.location.as_ref())?,
        })
    }
}

impl Entry {
    pub(super) fn of(past: &Past) -> Self {
        let Past { run, course, receipt } = past;
        Self { v: VERSION, run: run.clone(), course: CourseRecord::of(*course), receipt: ReceiptRecord::of(receipt) }
    }

    pub(super) fn read(self) -> Option<Past> {
        Some(Past { run: self.run, course: self.course.read(), receipt: self.receipt.read()? })
    }
}

impl IntentRecord {
    pub(super) fn of(intent: &Intent) -> Self {
        Self {
            v: VERSION,
            target: intent.berth.target.clone(),
            parcel: intent.berth.parcel.to_string(),
            run: intent.run.clone(),
            step: match intent.step {
                Step::Uploading => StepRecord::Uploading,
                Step::Switching => StepRecord::Switching,
            },
            label: intent.label.to_string(),
            sites: write_sites(&intent.sites),
            hosts: write_hosts(&intent.hosts),
            unseen: write_unseen(&intent.unseen),
            course: CourseRecord::of(intent.course),
            location: intent.location.map(|location| location.to_string()),
            at: intent.at,
        }
    }

    pub(super) fn read(self) -> Option<Intent> {
        Some(Intent {
            berth: Berth { target: self.target, parcel: ParcelName::parse(&self.parcel).ok()? },
            run: self.run,
            step: match self.step {
                StepRecord::Uploading => Step::Uploading,
                StepRecord::Switching => Step::Switching,
            },
            label: Label::parse(&self.label)?,
            sites: sites(&self.sites)?,
            hosts: hosts(self.hosts)?,
            unseen: unseen(&self.unseen)?,
            course: self.course.read(),
            location: location(self.location.as_ref())?,
            at: self.at,
        })
    }
}

impl ReleaseRecord {
    pub(super) fn of(release: &Release) -> Self {
        let good = |(path, good): (&OutPath, &Good)| GoodRecord {
            path: path.to_string(),
            digest: good.digest.to_string(),
            bytes: good.len,
            media: good.media.mime().to_owned(),
            cloudflare: good.keys.cloudflare.to_string(),
            sha1: good.keys.sha1.to_string(),
        };
        let files = release.files.iter().map(good).collect();
        Self { v: VERSION, site: release.site.to_string(), id: release.id.to_string(), files }
    }

    pub(super) fn read(self) -> Option<Release> {
        let good = |file: GoodRecord| {
            let keys = HostKeys { cloudflare: Hex::parse(&file.cloudflare)?, sha1: Hex::parse(&file.sha1)? };
            let (digest, media) = (Digest::parse(&file.digest)?, Media::of_mime(&file.media));
            Some((OutPath::parse(&file.path).ok()?, Good { digest, len: file.bytes, media, keys }))
        };
        let files = self.files.into_iter().map(good).collect::<Option<_>>()?;
        Some(Release { site: SiteId::parse(&self.site).ok()?, id: Digest::parse(&self.id)?, files })
    }
}

impl ApprovalRecord {
    pub(super) fn of(approval: &Approval) -> Self {
        let Approval { plan, by, note, at, says, runs } = approval.clone();
        Self { v: VERSION, plan: plan.to_string(), by, note, at, says, runs }
    }

    pub(super) fn read(self) -> Option<Approval> {
        let Self { plan, by, note, at, says, runs, .. } = self;
        Some(Approval { plan: Digest::parse(&plan)?, by, note, at, says, runs })
    }
}

impl RunRecord {
    pub(super) fn of<'a>(plan: Digest, at: Timestamp, berths: impl Iterator<Item = &'a Berth>) -> Self {
        let berths = berths.map(|berth| (berth.target.clone(), berth.parcel.to_string())).collect();
        Self { v: VERSION, plan: plan.to_string(), at, berths }
    }

    /// The same beside what another job of the run wrote, which began it.
    pub(super) fn beside(mut self, before: Self) -> Self {
        (self.plan, self.at) = (before.plan, before.at);
        self.berths.extend(before.berths);
        self.berths.sort_unstable();
        self.berths.dedup();
        self
    }
}

impl Default for SpentRecord {
    fn default() -> Self {
        Self { v: VERSION, runs: Vec::new() }
    }
}

impl SpentRecord {
    /// The same with what a run costs that applies `plan` since this moment.
    pub(super) fn with(mut self, run: &str, plan: Digest, at: Timestamp, cost: Money) -> Self {
        let plan = plan.to_string();
        self.runs.retain(|other| (other.run.as_str(), &other.plan, other.at) != (run, &plan, at));
        self.runs.push(SpendingRecord { run: run.to_owned(), plan, at, micros: cost.micros });
        self
    }

    /// What the runs cost that began between two moments.
    pub(super) fn between(&self, since: Timestamp, until: Timestamp) -> Money {
        let runs = self.runs.iter().filter(|run| since < run.at && run.at <= until);
        Money { micros: runs.map(|run| run.micros).sum() }
    }
}
