//! Looks at a site from where its visitors are.

use super::sample::{self, Sample, Sought};
use super::{HealthCheck, Shows, Unwell, Visit, is_looked_at};
use crate::diag::{Code, Diagnostic};
use crate::model::{Digest, MARKER, OutPath, UrlPart, Vitals, encode_url};
use crate::world::{Answer, Call, Clock, Method, Stopwatch, Web};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// How long one answer may take.
const WITHIN: Duration = Duration::from_secs(10);

/// Hosts take a while until all of them show the new release: after each of these waits it is looked at again.
const AGAIN: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// A page may be moved so often, such as from `/about.html` to `/about`.
const MOVES: usize = 3;

/// Fetches the marker, some pages and a file of a site and compares them with what was shipped; tries a redirect and a page that
/// does not exist.
pub struct Examination {
    web: Arc<dyn Web>,
    clock: Arc<dyn Clock>,
}

/// Where a site is looked at.
struct Door {
    /// Where calls go.
    address: String,
    /// Scheme and host of the site itself.
    own: String,
    /// What calls carry: the host name if they go elsewhere, and by what the host knows what to show.
    headers: Vec<(String, String)>,
}

/// What the marker says.
#[derive(Deserialize)]
struct Marker {
    site: String,
    release: String,
}

/// What one page took.
#[derive(Clone, Copy)]
struct Took {
    time: Duration,
    bytes: u64,
}

impl Examination {
    /// Looks over this web, and waits by this clock.
    pub fn new(web: Arc<dyn Web>, clock: Arc<dyn Clock>) -> Self {
        Self { web, clock }
    }

    /// Everything that is wrong, in the words of one line each; or how the site does.
    fn once(&self, visit: &Visit<'_>, door: &Door) -> Result<Vitals, (Shows, Vec<String>)> {
        // Who shows another release is wrong about everything else, too.
        self.marker(visit, door).map_err(|(shows, wrong)| (shows, vec![wrong]))?;
        let sample = Sample::of(visit);
        let (mut took, mut wrong) = (Vec::new(), Vec::new());
        for sought in &sample.files {
            match self.file(door, sought) {
                Ok(found) if sought.is_page => took.push(found),
                Ok(_) => {}
                Err(why) => wrong.push(why),
            }
        }
        wrong.extend(sample.redirect.and_then(|(from, to, status)| self.redirect(door, &from, &to, status).err()));
        wrong.extend(self.absence(door, &sample.nowhere, sample.absence).err());
        if wrong.is_empty() { Ok(vitals(&took)) } else { Err((Shows::Itself, wrong)) }
    }

    fn marker(&self, visit: &Visit<'_>, door: &Door) -> Result<(), (Shows, String)> {
        let path = format!("{}/{MARKER}", visit.spec.base_url.folder());
        let answer = self.get(door, &path).map_err(|why| (Shows::Nothing, why))?;
        let marker = serde_json::from_slice::<Marker>(&answer.body).ok().filter(|_| answer.status == 200);
        let elsewhere = |why| Err((Shows::SomethingElse, why));
        let Some(marker) = marker else {
            return elsewhere(format!("`{path}` answers {} and no marker", answer.status));
        };
        let (site, release) = (visit.release.site.as_str(), visit.release.id.to_string());
        match (marker.site == site, marker.release == release) {
            (true, true) => Ok(()),
            (true, false) => {
                Err((Shows::Itself, format!("`{path}` names another release: {}", brief(&marker.release))))
            }
            (false, _) => elsewhere(format!("`{path}` names another site: {}", brief(&marker.site))),
        }
    }

    /// A file as it was shipped.
    fn file(&self, door: &Door, sought: &Sought) -> Result<Took, String> {
        let watch = Stopwatch::start();
        let mut path = sought.path.clone();
        for _ in 0..=MOVES {
            let answer = self.get(door, &path)?;
            let time = watch.elapsed();
            match (answer.status, answer.header("location").and_then(|link| door.path(link))) {
                (200, _) if Digest::of(&answer.body) == sought.digest => {
                    return Ok(Took { time, bytes: answer.body.len() as u64 });
                }
                (200, _) => {
                    let found = answer.body.len();
                    return Err(format!("`{path}` is not what was shipped: {found} bytes instead of {}", sought.len));
                }
                (301 | 302 | 307 | 308, Some(there)) => path = there.to_owned(),
                (status, _) => return Err(format!("`{path}` answers {status}")),
            }
        }
        Err(format!("`{}` is moved again and again", sought.path))
    }

    fn redirect(&self, door: &Door, from: &str, to: &str, status: u16) -> Result<(), String> {
        let answer = self.get(door, from)?;
        let leads = answer.header("location").unwrap_or("");
        if answer.status == status && door.full(leads) == door.full(to) {
            Ok(())
        } else {
            Err(format!("`{from}` answers {} `{leads}` instead of {status} `{to}`", answer.status))
        }
    }

    /// A page that does not exist.
    fn absence(&self, door: &Door, path: &str, page: Option<Digest>) -> Result<(), String> {
        let answer = self.get(door, path)?;
        if answer.status != 404 {
            return Err(format!("`{path}`, which does not exist, answers {} instead of 404", answer.status));
        }
        if page.is_none_or(|page| Digest::of(&answer.body) == page) {
            Ok(())
        } else {
            Err(format!("`{path}`, which does not exist, does not show the site's 404.html"))
        }
    }

    fn get(&self, door: &Door, path: &str) -> Result<Answer, String> {
        let call = Call::new(Method::Get, format!("{}{path}", door.address), self.clock.outside(WITHIN));
        let call = door.headers.iter().fold(call, |call, (name, value)| call.with(name, value.as_str()));
        self.web.send(&call).map_err(|fault| format!("`{path}`: {fault}"))
    }
}

impl HealthCheck for Examination {
    fn look(&self, visit: &Visit<'_>) -> Result<Option<Vitals>, Unwell> {
        let Some(door) = Door::of(visit) else { return Ok(None) };
        let mut found = self.once(visit, &door);
        for wait in AGAIN {
            if found.is_ok() {
                break;
            }
            self.clock.rest(wait);
            found = self.once(visit, &door);
        }
        found.map(Some).map_err(|(shows, wrong)| {
            let message = format!("`{}` does not show what it should at `{}`", visit.spec.id, door.address);
            let hint = match shows {
                Shows::Nothing | Shows::SomethingElse => {
                    "look where the name leads; if the site is not to be looked at there, give its target another \
                     `health_via`, or `\"off\"`"
                }
                Shows::Itself => {
                    "look at the address in a browser; if the host changes pages on their way, such as by hiding e-mail \
                     addresses, switch that off"
                }
            };
            let unwell = Diagnostic::error(Code::Unhealthy, message).hint(hint);
            let diagnostic = wrong.into_iter().fold(unwell, |unwell, why| unwell.note(why, None));
            Unwell { diagnostic, shows }
        })
    }
}

impl Door {
    /// Where the target says, or the site's own address, at which its first target answers; none if it is not to be looked at.
    fn of(visit: &Visit<'_>) -> Option<Self> {
        let base = &visit.spec.base_url;
        let own = base.origin().to_owned();
        let header = visit.header.cloned();
        let is_first = visit.spec.targets.first().is_some_and(|first| first == visit.at);
        match visit.target.health_via.as_deref().filter(|_| is_looked_at(visit.target)) {
            Some(via) => {
                let address = via.trim_end_matches('/').to_owned();
                let host = ("host".to_owned(), base.host().to_owned());
                Some(Self { address, own, headers: std::iter::once(host).chain(header).collect() })
            }
            None => (is_looked_at(visit.target) && is_first).then(|| Self {
                address: own.clone(),
                own,
                headers: header.into_iter().collect(),
            }),
        }
    }

    /// The path that a link leads to, if that is on the same site.
    fn path<'l>(&self, link: &'l str) -> Option<&'l str> {
        let path = [&self.own, &self.address].into_iter().find_map(|known| link.strip_prefix(&**known));
        path.or(Some(link)).filter(|path| path.starts_with('/') && !path.starts_with("//"))
    }

    /// The address that a link leads to, spelt in one way however the host spells it.
    fn full(&self, link: &str) -> String {
        let full = self.path(link).map_or_else(|| link.to_owned(), |path| format!("{}{path}", self.own));
        let is_bare = full.split_once("://").is_some_and(|(_, rest)| !rest.contains('/'));
        encode_url(&full, UrlPart::Address).into_owned() + if is_bare { "/" } else { "" }
    }
}

fn vitals(took: &[Took]) -> Vitals {
    let many = (took.len() as u64).max(1);
    let millis: u64 = took.iter().map(|one| u64::try_from(one.time.as_millis()).unwrap_or(u64::MAX / 64)).sum();
    Vitals { millis: millis / many, bytes: took.iter().map(|one| one.bytes).sum::<u64>() / many }
}

/// What others say, cut short.
fn brief(said: &str) -> String {
    let said: String = said.chars().filter(|c| !c.is_control()).take(64).collect();
    format!("`{said}`")
}

impl Sought {
    /// The file at `path`, as visitors reach it.
    pub(super) fn at(folder: &str, path: &OutPath, digest: Digest, len: u64) -> Self {
        let is_page = path.as_str().ends_with(".html");
        Self { path: format!("{folder}{}", sample::address(path)), digest, len, is_page }
    }
}
