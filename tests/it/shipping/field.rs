//! A fleet whose host is in memory: everything between a finished site and the host, without a process or a network.

use super::host::Host;
use hectare::deploy::{self, Basis, Candidate, Fresh, Ledger, Prices, Priority, Shipping, To, Yard};
use hectare::diag::Diagnostic;
use hectare::event::{Arrival, Event, Listener, Voyage};
use hectare::health::{HealthCheck, Shows, Unwell, Visit};
use hectare::model::{Digest, Fleet, Manifest, ManifestEntry, Media, OutPath, Plan, Policy, SiteId, SiteSpec, Vitals};
use hectare::provider::Provider;
use hectare::world::{Archive, Memory, Stop, Vault, WallClock};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// Sites and what they consist of.
pub(super) struct Field {
    pub(super) fleet: Fleet,
    pub(super) host: Host,
    pub(super) folder: TempDir,
    pub(super) priority: Priority,
    /// Site → path → text.
    sites: BTreeMap<SiteId, BTreeMap<String, String>>,
    /// Files that sites have besides.
    pub(super) more: BTreeMap<SiteId, usize>,
    /// Sites that do not answer as they should.
    pub(super) ill: Mutex<Vec<String>>,
    /// What visitors see of them.
    pub(super) shows: Mutex<Shows>,
    /// How many milliseconds a page takes in each of the next looks; 20 after them.
    pub(super) takes: Mutex<Vec<u64>>,
}

impl Field {
    /// A fleet of so many sites, `site-00` and so on, of two pages each, at a host of this kind.
    pub(super) fn new(count: usize, kind: &str) -> Self {
        let names: Vec<String> = (0..count).map(|at| format!("site-{at:02}")).collect();
        let files = Memory::new();
        let place = if kind == "folder" { "place = \"live\"\n" } else { "" };
        let target = format!("[targets.web]\nkind = \"{kind}\"\n{place}");
        let mut toml = format!("edition = \"2026\"\n[defaults]\ntheme = \"plain\"\ntargets = [\"web\"]\n{target}");
        files.put("themes/plain/theme.toml", "name = \"Plain\"\n");
        for name in &names {
            toml.push_str(&format!("[[site]]\nid = \"{name}\"\ndomain = \"{name}.example\"\n"));
            files.put(format!("content/{name}/_index.md"), "Hello.");
        }
        files.put("sites.toml", toml.as_str());
        let loaded = hectare::manifest::load(&files);
        let fleet = loaded.fleet.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
        let folder = TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap();
        let (sites, ill, shows) = (BTreeMap::new(), Mutex::default(), Mutex::new(Shows::SomethingElse));
        let (priority, takes, more) = (Priority::Single, Mutex::default(), BTreeMap::new());
        let mut field = Self { fleet, host: Host::new(), folder, priority, sites, more, ill, shows, takes };
        for name in &names {
            field.write(name, "index.html", &format!("Hello from {name}."));
            field.write(name, "shared.css", "body { color: black }");
        }
        field
    }

    pub(super) fn write(&mut self, site: &str, path: &str, text: &str) {
        let site = SiteId::parse(site).unwrap();
        self.sites.entry(site).or_default().insert(path.to_owned(), text.to_owned());
    }

    /// Changes the home page of every site.
    pub(super) fn edit_all(&mut self, text: &str) {
        let names: Vec<String> = self.sites.keys().map(SiteId::to_string).collect();
        names.iter().for_each(|name| self.write(name, "index.html", &format!("{text} {name}")));
    }

    /// The release of a site as it would be shipped now.
    pub(super) fn release(&self, site: &str) -> Digest {
        Yard::manifest(self, &SiteId::parse(site).unwrap()).unwrap().id
    }

    pub(super) fn policy(&mut self) -> &mut Policy {
        &mut self.fleet.policy
    }

    pub(super) fn vault(&self) -> Vault {
        Vault::new(self.folder.path())
    }

    pub(super) fn plan(&self, ledger: &Ledger<'_>) -> Plan {
        self.try_plan(ledger).unwrap()
    }

    fn try_plan(&self, ledger: &Ledger<'_>) -> Result<Plan, Diagnostic> {
        let candidate = |spec: &Arc<SiteSpec>| {
            let manifest = Yard::manifest(self, &spec.id).unwrap();
            let files = manifest.entries.len() + self.more.get(&spec.id).copied().unwrap_or_default();
            Candidate { spec: Arc::clone(spec), bundle: Some(manifest.id), files }
        };
        let candidates: Vec<Candidate> = self.fleet.sites.iter().map(candidate).collect();
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let (fleet, to, prices) = (&self.fleet, To::Primary, &Prices::new(None));
        let (broken, is_meant) = (&BTreeSet::new(), &|_: &SiteId, _| false);
        let candidates = &candidates;
        deploy::plan(&Basis { fleet, candidates, to, ledger, yard: self, prices, broken, is_meant, now })
    }

    /// Ships everything, as `hectare deploy` does once it may.
    pub(super) fn deploy(&self) -> Voyage {
        self.deploy_into(&self.vault()).unwrap()
    }

    /// The same with a ledger that may fail.
    pub(super) fn deploy_into(&self, archive: &dyn Archive) -> Result<Voyage, Diagnostic> {
        self.ship(archive, |shipping, run, plan| self.apply(shipping, run, plan))
    }

    /// Applies a plan as the run of this name.
    pub(super) fn apply(&self, shipping: &Shipping<'_>, run: &str, plan: &Plan) -> Result<Voyage, Diagnostic> {
        deploy::apply(shipping, run, self.priority, plan)
    }

    /// Does something with everything that shipping needs.
    pub(super) fn ship<T>(
        &self,
        archive: &dyn Archive,
        act: impl FnOnce(&Shipping<'_>, &str, &Plan) -> Result<T, Diagnostic>,
    ) -> Result<T, Diagnostic> {
        self.ship_to(Box::new(self.host.clone()), 1, archive, act)
    }

    /// The same at another host than the one in memory, by a clock of this speed.
    pub(super) fn ship_to<T>(
        &self,
        host: Box<dyn Provider>,
        speed: u32,
        archive: &dyn Archive,
        act: impl FnOnce(&Shipping<'_>, &str, &Plan) -> Result<T, Diagnostic>,
    ) -> Result<T, Diagnostic> {
        let ledger = Ledger::open(archive)?;
        let providers = BTreeMap::from([("web".to_owned(), host)]);
        let clock = WallClock::new(speed, Stop::new());
        deploy::resume(&ledger, &providers, &clock, &|_| true)?;
        let specs = self.fleet.sites.iter().map(|site| (site.id.clone(), Arc::clone(site))).collect();
        let late = Shipping {
            specs: &specs,
            targets: &self.fleet.targets,
            providers: &providers,
            fresh: None,
            ledger: &ledger,
            policy: &self.fleet.policy,
            health: self,
            clock: &clock,
            listener: self,
            stopped: &|| false,
        };
        deploy::catch_up(&late, &|_, _| true)?;
        let plan = self.try_plan(&ledger)?;
        let pressed = deploy::press(&plan, self, &ledger, &[], deploy::Keeping::Everything, self);
        if let Some(fault) = pressed.faults.into_values().next() {
            return Err(fault);
        }
        let shipping = Shipping { fresh: Some(Fresh { releases: &pressed.releases, yard: self }), ..late };
        act(&shipping, &format!("run-{}", plan.id.short()), &plan)
    }

    /// What the ledger says is live, read anew.
    pub(super) fn says(&self, site: &str) -> Option<Digest> {
        let vault = self.vault();
        let live = Ledger::open(&vault).unwrap().live();
        let site = SiteId::parse(site).unwrap();
        live.at("web").get(&site).map(|(_, release)| *release)
    }
}

/// How many parcels ended up so.
pub(super) fn ended(voyage: &Voyage, arrival: Arrival) -> usize {
    voyage.count(arrival)
}

impl Yard for Field {
    fn manifest(&self, site: &SiteId) -> Result<Manifest, Diagnostic> {
        let entry = |(path, text): (&String, &String)| {
            let path = OutPath::parse(path).unwrap();
            let media = Media::of_extension(&path.extension());
            (path, ManifestEntry { digest: Digest::of(text.as_bytes()), len: text.len() as u64, media })
        };
        let entries: BTreeMap<OutPath, ManifestEntry> = self.sites[site].iter().map(entry).collect();
        let id = Digest::of_parts(
            entries.iter().flat_map(|(path, entry)| [path.as_str().as_bytes(), entry.digest.as_bytes().as_slice()]),
        );
        Ok(Manifest { site: site.clone(), id, entries })
    }

    fn bytes(&self, site: &SiteId, path: &OutPath) -> Result<Vec<u8>, Diagnostic> {
        Ok(self.sites[site][path.as_str()].as_bytes().to_vec())
    }

    fn shown(&self, site: &SiteId, path: &OutPath) -> String {
        format!("dist/{site}/{path}")
    }
}

impl HealthCheck for Field {
    fn look(&self, visit: &Visit<'_>) -> Result<Option<Vitals>, Unwell> {
        let site = visit.spec.id.as_str();
        if self.ill.lock().unwrap().iter().any(|ill| ill == site) {
            let diagnostic = Diagnostic::error(hectare::diag::Code::Unhealthy, format!("`{site}` answers 500"));
            Err(Unwell { diagnostic: diagnostic.hint("look at it"), shows: *self.shows.lock().unwrap() })
        } else {
            let mut takes = self.takes.lock().unwrap();
            let millis = if takes.is_empty() { 20 } else { takes.remove(0) };
            Ok(Some(Vitals { millis, bytes: self.sites[&visit.spec.id]["index.html"].len() as u64 }))
        }
    }
}

impl Listener for Field {
    fn tell(&self, _: &Event) {}
}
