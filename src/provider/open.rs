//! From a target of `sites.toml` to the host behind it.

use super::cloudflare::{self, Api, Pages, Worker};
use super::line::{Budget, Insisting, Line, Outside, Verdict};
use super::previews::Aside;
use super::{Folder, HostLimits, Notes, Previews, Provider, S3, Vercel, s3};
use crate::diag::{Code, Diagnostic};
use crate::model::{Digest, PreviewName, SecretSource, Target, TargetKind};
use crate::world::{BucketPlace, Keeper, Keys, Notebook, Shelves, Token, variable};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where it is noted what was asked of each account lately.
const LIMITS: &str = ".hectare/limits";

/// The variables that tokens are in unless a target says otherwise.
const CLOUDFLARE_TOKEN: &str = "CLOUDFLARE_API_TOKEN";
const VERCEL_TOKEN: &str = "VERCEL_TOKEN";

/// What hosts are reached with.
pub struct Means<'a> {
    /// The folder of `sites.toml`.
    pub root: &'a Path,
    /// The way out, which is opened when the first host needs it.
    pub outside: &'a dyn Fn() -> Result<Outside, Diagnostic>,
    /// Whether it is so urgent that the reserve of the hosts' limits may be used.
    pub urgent: bool,
    /// How many machines share what the hosts allow.
    pub machines: u64,
}

/// Where previews lie in a folder or a bucket: no site has such a name.
const ASIDE: &str = ".previews";

/// The host behind the target `name`. Nothing is asked of it yet.
pub fn open(name: &str, target: &Target, means: &Means<'_>) -> Result<Box<dyn Provider>, Diagnostic> {
    let limits = limits(name, target, means)?;
    match target.kind {
        TargetKind::Folder => Ok(Box::new(folder(name, target, means, ""))),
        TargetKind::CloudflarePages => Ok(Box::new(Pages::new(cloudflare(name, target, &limits, means)?))),
        TargetKind::CloudflareWorker => {
            let worker = Worker::for_sites(cloudflare(name, target, &limits, means)?);
            Ok(Box::new(worker.gradually(target.gradual.clone())))
        }
        TargetKind::CloudflarePack => Ok(Box::new(Worker::for_packs(cloudflare(name, target, &limits, means)?))),
        TargetKind::Vercel => Ok(Box::new(vercel(target, &limits, means)?)),
        TargetKind::S3 => Ok(Box::new(bucket(name, target, &limits, means, "")?)),
    }
}

/// The same host where it shows the preview `preview`; none if nobody knows at which addresses it does.
pub fn open_previews(
    name: &str,
    target: &Target,
    means: &Means<'_>,
    preview: &PreviewName,
) -> Result<Option<Box<dyn Previews>>, Diagnostic> {
    let (limits, below) = (limits(name, target, means)?, format!("{ASIDE}/{preview}"));
    let pattern = target.previews.clone();
    Ok(match (target.kind, pattern) {
        (TargetKind::CloudflarePages, _) => Some(Box::new(Pages::new(cloudflare(name, target, &limits, means)?))),
        (TargetKind::CloudflareWorker | TargetKind::CloudflarePack, _) => {
            Some(Box::new(Worker::for_previews(cloudflare(name, target, &limits, means)?)))
        }
        (TargetKind::Vercel, _) => Some(Box::new(vercel(target, &limits, means)?.for_previews())),
        (TargetKind::S3, Some(pattern)) => {
            Some(Box::new(Aside { place: bucket(name, target, &limits, means, &below)?, pattern }))
        }
        (TargetKind::Folder, Some(pattern)) => {
            Some(Box::new(Aside { place: folder(name, target, means, &below), pattern }))
        }
        (TargetKind::S3 | TargetKind::Folder, None) => None,
    })
}

fn limits(name: &str, target: &Target, means: &Means<'_>) -> Result<HostLimits, Diagnostic> {
    let limits = HostLimits::of(target.kind, target.plan).ok_or_else(|| {
        let message = format!("nothing is known of what a `{}` such as `{name}` allows", target.kind.name());
        Diagnostic::error(Code::HostLacks, message).hint("name another `kind`, or use a newer version")
    })?;
    Ok(limits.shared_by(means.machines))
}

/// The folder of a target, or what lies `below` it.
fn folder(name: &str, target: &Target, means: &Means<'_>, below: &str) -> Folder {
    let place = target.place.as_deref().unwrap_or(name);
    let place = if below.is_empty() { place.to_owned() } else { format!("{}/{below}", place.trim_end_matches('/')) };
    Folder::new(Shelves::new(means.root.join(&place)), place)
}

/// The API of Cloudflare under the account of a target.
fn cloudflare(name: &str, target: &Target, limits: &HostLimits, means: &Means<'_>) -> Result<Api, Diagnostic> {
    const API: &str = "https://api.cloudflare.com/client/v4";
    let account = target.account.clone().or_else(|| variable("CLOUDFLARE_ACCOUNT_ID")).ok_or_else(|| {
        let message = format!("`{name}` does not say which account of Cloudflare it is in");
        let hint = format!("write its id as `account` into `[targets.{name}]`, or set `CLOUDFLARE_ACCOUNT_ID`");
        Diagnostic::error(Code::HostLacks, message).hint(hint)
    })?;
    let api = target.api.clone().or_else(|| variable("CLOUDFLARE_API_BASE_URL")).unwrap_or_else(|| API.to_owned());
    let budget = Arc::new(Budget::new(limits, Notebook::at(&note(means.root, &api, &account))));
    let token = Arc::new(token(target, CLOUDFLARE_TOKEN, means.root));
    let line =
        Line::new((means.outside)()?, &api, Some(token), budget).judged_by(cloudflare::verdict).hurried(means.urgent);
    Ok(Api::new(line, account))
}

/// The team of a target at Vercel, or whatever the token opens.
fn vercel(target: &Target, limits: &HostLimits, means: &Means<'_>) -> Result<Vercel, Diagnostic> {
    const API: &str = "https://api.vercel.com";
    // A person's own account has an id, too, but is no team.
    let usual = || variable("VERCEL_ORG_ID").filter(|id| id.starts_with("team_"));
    let team = target.account.clone().or_else(usual);
    let api = target.api.clone().or_else(|| variable("VERCEL_API_URL")).unwrap_or_else(|| API.to_owned());
    let note = note(means.root, &api, team.as_deref().unwrap_or_default());
    let budget = Arc::new(Budget::new(limits, Notebook::at(&note)));
    let token = Arc::new(token(target, VERCEL_TOKEN, means.root));
    let line = Line::new((means.outside)()?, &api, Some(token), budget).hurried(means.urgent);
    let notes =
        Notes { held: Notebook::at(&note.with_extension("held")), begun: Notebook::at(&note.with_extension("begun")) };
    Ok(Vercel::new(line, team, notes))
}

/// The bucket of a target, or the folder in it; or what lies `below` that.
fn bucket(name: &str, target: &Target, limits: &HostLimits, means: &Means<'_>, below: &str) -> Result<S3, Diagnostic> {
    let place = target.place.as_deref().ok_or_else(|| {
        let hint = format!("write `place = \"bucket\"` or `place = \"bucket/folder\"` into `[targets.{name}]`");
        Diagnostic::error(Code::HostLacks, format!("`{name}` does not say which bucket it is")).hint(hint)
    })?;
    let refused = |fault| s3::fault(format!("open the bucket of `place = \"{place}\"`"))(fault).diagnostic(name);
    let service = target.api.clone().or_else(|| variable("AWS_ENDPOINT_URL"));
    let mut place = BucketPlace::parse(place, service.as_deref()).map_err(refused)?;
    place.region = target.region.clone();
    place.folder = [place.folder.as_str(), below].join("/").trim_matches('/').to_owned();
    let keys = match &target.token {
        Some(source) => Keys::Kept(Arc::new(Token::kept_by(keeper(source, means.root)))),
        None => Keys::Environment,
    };
    let note = note(means.root, &place.address(), &place.bucket);
    let budget = Arc::new(Budget::new(limits, Notebook::at(&note)));
    let outside = (means.outside)()?;
    let clock = Arc::clone(&outside.clock);
    let web = Arc::new(Insisting::new(outside, budget, Verdict::of_bucket));
    let objects = place.open(&keys, web).map_err(refused)?;
    Ok(S3::new(Arc::new(objects), clock))
}

/// The note of an account: all targets and processes that use it share it.
fn note(root: &Path, api: &str, account: &str) -> PathBuf {
    root.join(LIMITS).join(Digest::of_parts([api.as_bytes(), account.as_bytes()]).short())
}

/// Why nothing can be shipped to a target: nobody put its token where it is looked for. A program is not asked for it.
pub fn without_token(name: &str, target: &Target, root: &Path) -> Option<Diagnostic> {
    let usual = match target.kind {
        TargetKind::CloudflarePages | TargetKind::CloudflareWorker | TargetKind::CloudflarePack => CLOUDFLARE_TOKEN,
        TargetKind::Vercel => VERCEL_TOKEN,
        // The keys of a bucket may also come from the machine itself.
        TargetKind::S3 | TargetKind::Folder => return None,
    };
    let token = token(target, usual, root);
    let (why, hint) = match (token.keeper(), token.secret_at_hand()) {
        (Keeper::Variable(variable), Err(_)) => {
            (format!("`{variable}` is not set"), format!("`export {variable}=…`, or name a file with `token_file`"))
        }
        (_, Err(fault)) => (fault.to_string(), "put the token there, or say where it is with `token_env`".to_owned()),
        (_, Ok(())) => return None,
    };
    let message = format!("`[targets.{name}]` has no token: {why}");
    Some(Diagnostic::error(Code::HostRefused, message).hint(hint))
}

/// The token of a target, which the variable `usual` holds unless it says otherwise.
fn token(target: &Target, usual: &str, root: &Path) -> Token {
    let keeper = target.token.as_ref().map(|source| keeper(source, root));
    Token::kept_by(keeper.unwrap_or_else(|| Keeper::Variable(usual.to_owned())))
}

/// Who is asked for a secret; files are named from the folder of `sites.toml`.
pub fn keeper(source: &SecretSource, root: &Path) -> Keeper {
    match source {
        SecretSource::Variable(name) => Keeper::Variable(name.clone()),
        SecretSource::File(file) => Keeper::File(root.join(file)),
        SecretSource::Program(words) => Keeper::Program(words.clone()),
        SecretSource::Written(text) => Keeper::Settings(text.clone()),
    }
}
