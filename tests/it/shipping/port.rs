//! For each kind of host its double, the way there, and what stands in the double's books: the one table by which all hosts are tried
//! alike.

use crate::farm::Farm;
use crate::hosts::bucket::{self, BUCKET, Bucket};
use crate::hosts::clock::Clock;
use crate::hosts::cloudflare::{self, Cloudflare};
use crate::hosts::faults::{Faults, Mishap, Wait};
use crate::hosts::message::{Reply, Request};
use crate::hosts::server::{Entry, Host, Server};
use crate::hosts::vercel::{self, Plan, Vercel};
use hectare::diag::Diagnostic;
use hectare::model::TargetKind;
use hectare::provider::line::Outside;
use hectare::provider::{Means, Provider};
use hectare::world::{Dice, Memory, Online, Stop, WallClock};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;

/// A host of some kind, and what a process of hectare that ships there keeps.
pub(crate) struct Port {
    pub(crate) kind: TargetKind,
    pub(crate) double: Double,
    /// In the place of a repository: the token, and notes of what was asked.
    home: TempDir,
    /// How many times faster time passes.
    pub(crate) speed: u32,
    /// The clock of all processes in this one.
    clock: WallClock,
}

/// What stands for the host.
pub(crate) enum Double {
    Cloudflare(Arc<Cloudflare>, Server),
    Vercel(Arc<Vercel>, Server),
    Bucket(Bucket),
    Folder(TempDir),
}

/// The sites that names lead to.
const KNOWN: usize = 100;

/// A site of a fleet.
pub(crate) fn site(at: usize) -> String {
    format!("site-{at:03}")
}

impl Port {
    /// A host with nothing in it yet.
    pub(crate) fn open(kind: TargetKind, faults: Faults, speed: u32) -> Self {
        Self::with(kind, Cloudflare::new(), faults, speed)
    }

    /// The same; at Cloudflare, one that may be asked as much as anybody likes.
    pub(crate) fn generous(kind: TargetKind, speed: u32) -> Self {
        Self::with(kind, Cloudflare::new().allowing(1_000_000, 300), Faults::none(), speed)
    }

    fn with(kind: TargetKind, cloudflare: Cloudflare, faults: Faults, speed: u32) -> Self {
        let clock = Clock::fast(speed);
        let double = match kind {
            TargetKind::CloudflarePages | TargetKind::CloudflareWorker | TargetKind::CloudflarePack => {
                let zones = (0..KNOWN).map(site).chain(["garden".to_owned()]);
                let double = zones.fold(cloudflare, |double, site| double.zone(&format!("{site}.example")));
                let (double, server) = double.at(clock).open(faults);
                Double::Cloudflare(double, server)
            }
            TargetKind::Vercel => {
                let (double, server) = Vercel::new(Plan::Enterprise).at(clock).open(faults);
                Double::Vercel(double, server)
            }
            // Requests are signed by the clock on the wall.
            TargetKind::S3 => Double::Bucket(Bucket::start(faults)),
            TargetKind::Folder => Double::Folder(in_memory()),
        };
        Self { kind, double, home: in_memory(), speed, clock: WallClock::new(speed, Stop::new()) }
    }

    /// What is written below `[targets.host]`; `token` says where the token is.
    fn table(&self, token: &str) -> String {
        let token = if self.server().is_some() { token } else { "" };
        let rest = match &self.double {
            Double::Cloudflare(_, server) => cloudflare_table(server),
            Double::Vercel(_, server) => vercel_table(server, Plan::Enterprise),
            Double::Bucket(bucket) => format!("place = \"{BUCKET}/sites\"\napi = \"{}\"\n", bucket.server.url()),
            Double::Folder(folder) => format!("place = \"{}\"\n", folder.path().display()),
        };
        format!("kind = \"{}\"\n{rest}{token}", self.kind.name())
    }

    fn token(&self) -> String {
        match &self.double {
            Double::Cloudflare(..) => cloudflare::TOKEN.to_owned(),
            Double::Vercel(..) => vercel::TOKEN.to_owned(),
            Double::Bucket(_) => format!("{}:{}", bucket::KEY, bucket::SECRET),
            Double::Folder(_) => String::new(),
        }
    }

    /// What nobody may ever read anywhere; nothing if there is no such thing.
    pub(crate) fn secret(&self) -> Option<&'static str> {
        match &self.double {
            Double::Cloudflare(..) => Some(cloudflare::TOKEN),
            Double::Vercel(..) => Some(vercel::TOKEN),
            Double::Bucket(_) => Some(bucket::SECRET),
            Double::Folder(_) => None,
        }
    }

    /// A repository without sites that ships to the host.
    pub(crate) fn farm(&self) -> Farm {
        let target = format!(
            "targets = [\"host\"]\n\n[targets.host]\nhealth_via = \"off\"\n{}\n[policy]\napprove_first = 0\n\
             approve_above = 1000\napprove_monthly = 10000\napprove_hosts = false\n",
            self.table("token_env = \"HOST_TOKEN\"\n")
        );
        Farm::in_memory().append("sites.toml", &target).environment("HOST_TOKEN", &self.token())
    }

    /// The host as a new process of hectare sees it.
    pub(crate) fn host(&self) -> Box<dyn Provider> {
        self.host_for(&self.token())
    }

    /// The same for somebody with another token.
    pub(crate) fn host_for(&self, token: &str) -> Box<dyn Provider> {
        reach(self.home.path(), &self.table(TOKEN_FILE), token, &self.clock)
    }

    /// The server of the double, if there is a network in between.
    pub(crate) fn server(&self) -> Option<&Server> {
        match &self.double {
            Double::Cloudflare(_, server) | Double::Vercel(_, server) => Some(server),
            Double::Bucket(bucket) => Some(&bucket.server),
            Double::Folder(_) => None,
        }
    }

    /// All that the host was asked so far.
    pub(crate) fn book(&self) -> Vec<Entry> {
        self.server().map(Server::book).unwrap_or_default()
    }

    /// How much that is.
    pub(crate) fn asked(&self) -> usize {
        self.server().map_or(0, Server::asked)
    }

    /// How often somebody was refused for having asked too much.
    pub(crate) fn walls(&self) -> usize {
        self.book().iter().filter(|entry| matches!(entry.status, 402 | 429) && entry.mishap.is_none()).count()
    }

    /// What a visitor of `https://SITE.example` gets for a file; nothing if it is not there.
    pub(crate) fn visit(&self, site: &str, path: &str) -> Option<Vec<u8>> {
        let found = |reply: Reply| (reply.status == 200).then_some(reply.body);
        match &self.double {
            Double::Cloudflare(double, _) => {
                let headers = vec![("host".to_owned(), format!("{site}.example"))];
                let (method, path, query) = ("GET".to_owned(), address(path), String::new());
                found(double.answer(&Request { method, path, query, headers, body: Vec::new() }))
            }
            Double::Vercel(double, _) => found(double.visit(&format!("{site}.example"), &address(path))),
            Double::Bucket(bucket) => bucket.get(&format!("sites/{}/{path}", pointer(bucket, site)?.0)),
            Double::Folder(folder) => fs::read(folder.path().join(site).join(path)).ok(),
        }
    }

    /// The names of all parcels that there are.
    pub(crate) fn parcels(&self) -> Vec<String> {
        match &self.double {
            Double::Cloudflare(double, _) => {
                let books = double.books();
                books.projects.keys().chain(books.workers.keys()).cloned().collect()
            }
            Double::Vercel(double, _) => double.books().projects.values().map(|known| known.name.clone()).collect(),
            Double::Bucket(bucket) => {
                let name = |key: &String| Some(key.strip_prefix("sites/")?.split('/').next()?.to_owned());
                let mut names: Vec<String> = bucket.keys().iter().filter_map(name).collect();
                names.dedup();
                names
            }
            Double::Folder(folder) => names(&folder.path().join(".releases")),
        }
    }

    /// The deployment of a parcel that visitors see, and the label that it was told.
    pub(crate) fn shown(&self, parcel: &str) -> Option<(String, String)> {
        match &self.double {
            Double::Cloudflare(double, _) => {
                let books = double.books();
                let of_project = || {
                    let project = books.projects.get(parcel)?;
                    let live = project.deployments.iter().find(|known| Some(&known.id) == project.live.as_ref())?;
                    Some((live.id.clone(), live.commit_hash.clone()))
                };
                let of_worker = || books.workers.get(parcel)?.live().map(|live| (live.id.clone(), live.tag.clone()));
                of_project().or_else(of_worker)
            }
            Double::Vercel(double, _) => {
                let books = double.books();
                let live = &books.deployments[books.project(parcel)?.live.as_ref()?];
                Some((live.id.clone(), live.meta.get("hectare").cloned().unwrap_or_default()))
            }
            Double::Bucket(bucket) => pointer(bucket, parcel).map(|(_, label)| (label.clone(), label)),
            Double::Folder(folder) => {
                let link = fs::read_link(folder.path().join(parcel)).ok()?;
                let label = link.file_name()?.to_str()?.to_owned();
                Some((label.clone(), label))
            }
        }
    }

    /// How many deployments of a parcel there are, whether or not anybody sees them.
    pub(crate) fn deployments(&self, parcel: &str) -> usize {
        match &self.double {
            Double::Cloudflare(double, _) => {
                let books = double.books();
                let of_project = books.projects.get(parcel).map_or(0, |project| project.deployments.len());
                of_project + books.workers.get(parcel).map_or(0, |worker| worker.versions.len())
            }
            Double::Vercel(double, _) => {
                let books = double.books();
                let id = books.project(parcel).map(|project| &project.id);
                books.deployments.values().filter(|known| Some(&known.project) == id).count()
            }
            Double::Bucket(bucket) => {
                let folder = format!("sites/{parcel}/releases/");
                let lists = |key: &&String| {
                    key.strip_prefix(&folder).is_some_and(|name| !name.contains('/') && name.ends_with(".json"))
                };
                bucket.keys().iter().filter(lists).count()
            }
            Double::Folder(folder) => {
                let releases = names(&folder.path().join(".releases").join(parcel));
                releases.iter().filter(|name| !name.contains('.')).count()
            }
        }
    }

    /// Contents that the host was sent, with how often it took each of them in.
    pub(crate) fn taken(&self) -> BTreeMap<String, usize> {
        match &self.double {
            Double::Cloudflare(double, _) => {
                let books = double.books();
                let of_projects = books.projects.iter().map(|(name, project)| (name, &project.stock));
                let stocks = of_projects.chain(books.workers.iter().map(|(name, worker)| (name, &worker.stock)));
                let named = |name: &String, (key, times): (&String, &usize)| (format!("{name} {key}"), *times);
                stocks.flat_map(|(name, stock)| stock.taken.iter().map(move |taken| named(name, taken))).collect()
            }
            Double::Vercel(double, _) => {
                let books = double.books();
                books.files.iter().map(|(sha, stored)| (sha.clone(), stored.sent)).collect()
            }
            Double::Bucket(bucket) => {
                let mut taken = BTreeMap::new();
                for key in bucket.puts().into_iter().filter(|key| is_content(key)) {
                    *taken.entry(key).or_default() += 1;
                }
                taken
            }
            Double::Folder(_) => BTreeMap::new(),
        }
    }

    /// How often contents were taken in that were there already, beyond those about which an answer was lost where a host cannot be
    /// asked for one of them.
    pub(crate) fn taken_again(&self) -> usize {
        let again: usize = self.taken().values().map(|times| times - 1).sum();
        let may = match self.kind {
            TargetKind::Vercel | TargetKind::S3 => self.book().iter().filter(|entry| self.is_lost(entry)).count(),
            _ => 0,
        };
        again.saturating_sub(may)
    }

    /// Whether the host took a content in, and nobody was told so.
    fn is_lost(&self, entry: &Entry) -> bool {
        let sends = match self.kind {
            TargetKind::Vercel => entry.path == "/v2/files",
            _ => entry.method == "PUT" && is_content(&entry.path),
        };
        sends && entry.mishap.is_some_and(|mishap| mishap.is_done() && mishap != Mishap::Slow)
    }

    /// Somebody made a Pages project by hand.
    pub(crate) fn has_project(&self, name: &str) {
        let Double::Cloudflare(double, _) = &self.double else { panic!("{:?} has no projects", self.kind) };
        let path = format!("/client/v4/accounts/{}/pages/projects", cloudflare::ACCOUNT);
        let headers = vec![("authorization".to_owned(), format!("Bearer {}", cloudflare::TOKEN))];
        let body = format!("{{\"name\":\"{name}\",\"production_branch\":\"main\"}}").into_bytes();
        let (method, query) = ("POST".to_owned(), String::new());
        assert_eq!(double.answer(&Request { method, path, query, headers, body }).status, 200);
    }

    /// From now on the host does not show anything else.
    pub(crate) fn jam(&self) {
        let (method, path) = match (&self.double, self.kind) {
            (_, TargetKind::CloudflarePages) => ("POST", "/deployments"),
            (Double::Cloudflare(..), _) => ("PUT", "/workers/scripts/"),
            (Double::Vercel(..), _) => ("POST", "/promote/"),
            (Double::Bucket(_), _) => ("PUT", "/live.json"),
            (Double::Folder(folder), _) => {
                return fs::create_dir_all(folder.path().join("garden.next/in the way")).unwrap();
            }
        };
        let faults = self.server().unwrap().faults();
        faults.order(method, path, 1000, Mishap::Unavailable(Wait::Seconds(1_000_000)));
    }

    /// It does again.
    pub(crate) fn release(&self) {
        match &self.double {
            Double::Folder(folder) => fs::remove_dir_all(folder.path().join("garden.next")).unwrap(),
            _ => self.server().unwrap().faults().calm(),
        }
    }
}

/// Where a test lets the token lie.
pub(crate) const TOKEN_FILE: &str = "token_file = \"token\"\n";

/// The table of a target at a double of Cloudflare, but for its kind and its token.
pub(crate) fn cloudflare_table(server: &Server) -> String {
    format!("account = \"{}\"\napi = \"{}/client/v4\"\n", cloudflare::ACCOUNT, server.url())
}

/// The same at a double of Vercel.
pub(crate) fn vercel_table(server: &Server, plan: Plan) -> String {
    let plan = match plan {
        Plan::Hobby => "hobby",
        Plan::Pro => "pro",
        Plan::Enterprise => "enterprise",
    };
    format!("account = \"{}\"\napi = \"{}\"\nplan = \"{plan}\"\n", vercel::TEAM, server.url())
}

/// The host that this table of `sites.toml` describes, as a process sees it whose repository is in `root`.
pub(crate) fn reach(root: &Path, table: &str, token: &str, clock: &WallClock) -> Box<dyn Provider> {
    static WEB: OnceLock<Arc<Online>> = OnceLock::new();
    fs::write(root.join("token"), token).unwrap();
    let files = Memory::new();
    files.put("themes/plain/theme.toml", "name = \"Plain\"\n");
    files.put("content/garden/_index.md", "Hello.");
    let site = "[[site]]\nid = \"garden\"\ndomain = \"garden.example\"\ntheme = \"plain\"\ntargets = [\"host\"]\n";
    files.put("sites.toml", format!("edition = \"2026\"\n{site}[targets.host]\n{table}").as_str());
    let loaded = hectare::manifest::load(&files);
    let fleet = loaded.fleet.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
    let outside = || {
        let (stop, dice) = (Stop::new(), Arc::new(Dice::loaded(7)));
        let web = Arc::clone(WEB.get_or_init(|| Arc::new(Online::open().unwrap())));
        Ok::<_, Diagnostic>(Outside { web, clock: Arc::new(clock.clone()), dice, stop })
    };
    let means = Means { root, outside: &outside, urgent: false, machines: 1 };
    hectare::provider::open("host", &fleet.targets["host"], &means).unwrap_or_else(|fault| panic!("{fault:?}"))
}

/// A folder that no disk slows down.
fn in_memory() -> TempDir {
    TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap()
}

/// Where visitors look for a file.
fn address(path: &str) -> String {
    let page = path.strip_suffix("index.html").or_else(|| path.strip_suffix(".html"));
    format!("/{}", page.unwrap_or(path))
}

/// The folder that a bucket names as live, and the label of what is in it.
fn pointer(bucket: &Bucket, parcel: &str) -> Option<(String, String)> {
    let live: serde_json::Value = serde_json::from_slice(&bucket.get(&format!("sites/{parcel}/live.json"))?).unwrap();
    let text = |key: &str| live[key].as_str().unwrap().to_owned();
    Some((text("folder"), text("release")))
}

/// Whether a key of a bucket is a file of a site, and neither a list nor a pointer.
fn is_content(key: &str) -> bool {
    key.split_once("/releases/").is_some_and(|(_, rest)| rest.contains('/'))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(Result::unwrap);
    entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
}
