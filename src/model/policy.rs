//! What the owner wants to be asked about, and what stops a run, as `[policy]` in `sites.toml` says.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;

/// The rules for shipping. Their defaults are those of someone who sleeps well.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The first so many sites of a fleet that go live need an approval.
    pub approve_first: usize,
    /// A run of more sites needs an approval.
    pub approve_above: usize,
    /// Whether host names that visitors use are led elsewhere only with an approval.
    pub approve_hosts: bool,
    /// Hosting that costs more euros a month needs an approval.
    pub approve_monthly: u64,
    /// Who may approve; anyone if nobody is named.
    pub approvers: Vec<String>,
    /// A run ends when more than this part of its sites failed, in percent.
    pub stop_failed: u64,
    /// A run that takes away more pages needs an approval.
    pub stop_removed: usize,
    /// Whether a secret in an output stops everything.
    pub stop_secrets: bool,
    /// A run that costs more euros, together with those of the last 24 hours, is stopped.
    pub stop_daily: u64,
    /// A site that answers slower than its release before goes back, in percent.
    pub stop_slower: u64,
    /// A site whose pages are heavier than those of its release before goes back, in percent.
    pub stop_heavier: u64,
    /// When sites may be shipped; at any time if none is named.
    pub windows: Vec<DeployWindow>,
    /// How many sites go first, then how many more, and so on; the rest goes last.
    pub waves: Vec<usize>,
    /// How many parcels are on their way at once.
    pub in_flight: usize,
    /// The part of a host's deployments that is kept for going back, in percent.
    pub reserve: u64,
    /// Page views of a site in a month, for forecasts of what hosting costs.
    pub page_views: u64,
    /// What a dollar costs, in euro cents.
    pub euro_cents_per_dollar: u64,
    /// How many deployments of a parcel are kept at its host.
    pub keep: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            approve_first: 10,
            approve_above: 50,
            approve_hosts: true,
            approve_monthly: 20,
            approvers: Vec::new(),
            stop_failed: 5,
            stop_removed: 100,
            stop_secrets: true,
            stop_daily: 10,
            stop_slower: 30,
            stop_heavier: 30,
            windows: Vec::new(),
            waves: vec![1],
            in_flight: 100,
            reserve: 10,
            page_views: 3_000,
            euro_cents_per_dollar: 100,
            keep: 5,
        }
    }
}

/// A time of the day in which sites may be shipped, such as `02:00-04:00 Europe/Berlin`.
#[derive(Debug, Clone, PartialEq)]
pub struct DeployWindow {
    from: Time,
    until: Time,
    zone: TimeZone,
}

/// Why a text is not a deploy window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowFault {
    /// It is not two times and a zone.
    Shape,
    /// A time is none.
    Time,
    /// There is no such time zone.
    Zone,
    /// It ends when it begins.
    Empty,
}

impl DeployWindow {
    /// Reads `02:00-04:00 Europe/Berlin`; a window that ends before it begins lasts over midnight.
    pub fn parse(text: &str) -> Result<Self, WindowFault> {
        let (times, zone) = text.trim().split_once(' ').ok_or(WindowFault::Shape)?;
        let (from, until) = times.split_once('-').ok_or(WindowFault::Shape)?;
        let time = |text: &str| {
            let (hour, minute) = text.split_once(':').ok_or(WindowFault::Time)?;
            let number = |digits: &str| digits.parse::<i8>().map_err(|_| WindowFault::Time);
            Time::new(number(hour)?, number(minute)?, 0, 0).map_err(|_| WindowFault::Time)
        };
        let zone = TimeZone::get(zone.trim()).map_err(|_| WindowFault::Zone)?;
        let (from, until) = (time(from)?, time(until)?);
        if from == until { Err(WindowFault::Empty) } else { Ok(Self { from, until, zone }) }
    }

    /// Whether it is open.
    pub fn holds(&self, now: Timestamp) -> bool {
        let time = self.zone.to_datetime(now).time();
        if self.from <= self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        }
    }

    /// When it opens next.
    pub fn opens(&self, now: Timestamp) -> Option<Timestamp> {
        let today = self.zone.to_datetime(now).date();
        let opening = |date: jiff::civil::Date| date.to_datetime(self.from).to_zoned(self.zone.clone()).ok();
        let days = [Some(today), today.tomorrow().ok()];
        days.into_iter().flatten().filter_map(opening).map(|zoned| zoned.timestamp()).find(|opening| *opening > now)
    }
}
