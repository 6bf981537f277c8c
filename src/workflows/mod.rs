//! Workflows for GitHub Actions that build, ship and watch a fleet.
//!
//! Purpose: a fleet becomes the texts of the files that `hectare ci github` writes; the same fleet, the same bytes. Reads and writes
//! nothing by itself.

mod needs;
mod pins;
mod seal;
mod template;

pub use seal::{Standing, standing};

use crate::diag::Diagnostic;
use crate::model::{Ci, Fleet, Program};
use needs::Needs;
use template::{Parts, fill};

/// The file that puts hectare on the path of a job.
const ACTION: &str = ".github/actions/hectare/action.yml";

/// How jobs call it. The other way to write it, `$/…`, is not known to runners of one's own and to `actionlint` yet.
const USES: &str = "- uses: ./.github/actions/hectare # zizmor: ignore[self-repository]";

/// Lets a job that runs once more find what an earlier attempt of the same run left.
const ANY_ATTEMPT: [&str; 2] = ["github-token: ${{ github.token }}", "run-id: ${{ github.run_id }}"];

/// So many sites are looked at by one job within minutes.
const SITES_A_JOB: usize = 500;

/// GitHub takes no larger matrix.
const MOST_JOBS: usize = 256;

/// When something is looked at: not at the full hour, when everybody's jobs begin.
const SCHEDULES: [(&str, &str); 2] = [("every hour", "47 * * * *"), ("every two hours", "23 */2 * * *")];

/// A file in the user's repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// Its path from `sites.toml`.
    pub path: &'static str,
    /// What it holds.
    pub text: String,
}

/// What a repository at GitHub needs for its fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflows {
    /// Its files.
    pub files: Vec<Workflow>,
    /// The names of the secrets that have to be put into its settings.
    pub secrets: Vec<String>,
}

/// The workflows of a fleet, or what jobs would lack.
pub fn workflows(fleet: &Fleet) -> Result<Workflows, Vec<Diagnostic>> {
    let needs = Needs::of(fleet)?;
    let parts = parts(fleet, &needs);
    let files = [
        (ACTION, include_str!("templates/action.yml")),
        (".github/workflows/cost.yml", include_str!("templates/cost.yml")),
        (".github/workflows/deploy.yml", include_str!("templates/deploy.yml")),
        (".github/workflows/health.yml", include_str!("templates/health.yml")),
        (".github/workflows/preview.yml", include_str!("templates/preview.yml")),
    ];
    let write = |(path, template): (&'static str, &str)| Workflow { path, text: seal::sealed(&fill(template, &parts)) };
    let secrets = needs.state.iter().chain(&needs.hosts).filter(|variable| variable.is_secret());
    let secrets = secrets.map(|variable| variable.name.clone()).collect();
    Ok(Workflows { files: files.into_iter().map(write).collect(), secrets })
}

fn parts(fleet: &Fleet, needs: &Needs) -> Parts {
    let Ci { branch, runner, environment, parallel, .. } = &fleet.ci;
    let mut parts = Parts::default();
    for (name, uses) in pins::actions() {
        parts.word(&name, uses);
    }
    parts.word("branch", template::quoted(branch));
    parts.word("is branch", template::quoted(&is_branch(branch)));
    parts.word("runner", template::quoted(runner));
    parts.word("environment", template::quoted(environment));
    parts.word("parallel", parallel.to_string());
    // A ledger in a folder lets one job ship at a time. In a bucket, all jobs of a run do, each within its part of what hosts allow.
    let at_once = if needs.is_in_bucket || !needs.is_shared { *parallel } else { 1 };
    parts.word("at once", at_once.to_string());
    let together = format!(" --run \"$GITHUB_RUN_ID\" --share {parallel}");
    parts.word("together", if needs.is_in_bucket { together } else { String::new() });
    parts.word("shards", shards(fleet.sites.len()));
    parts.block("hectare", hectare(&fleet.ci));
    parts.block("any attempt", ANY_ATTEMPT.map(str::to_owned).to_vec());
    parts.block("id-token", needs.role.iter().map(|_| "id-token: write # to take the role".to_owned()).collect());
    parts.block("role", role(needs, &parts));
    let lines = |variables: &[needs::Variable]| variables.iter().map(needs::Variable::line).collect::<Vec<_>>();
    parts.block("env state", environment_of(&lines(&needs.state)));
    parts.block("state", lines(&needs.state));
    parts.block("hosts", lines(&needs.hosts));
    for (name, cron) in SCHEDULES {
        parts.block(name, if needs.is_shared { schedule(cron) } else { Vec::new() });
    }
    // Without a ledger that outlives the job, there is nowhere to keep an approval, and nothing to compare with.
    let approve = if needs.is_shared { fill(include_str!("templates/approve.yml"), &parts) } else { String::new() };
    parts.block("approve", approve.lines().map(str::to_owned).collect());
    parts.block("after", after(needs.is_shared));
    previews(needs, &mut parts);
    parts
}

/// What the workflow of pull requests has beyond a table of what they change.
fn previews(needs: &Needs, parts: &mut Parts) {
    let lines = |text: &str, parts: &Parts| fill(text, parts).lines().map(str::to_owned).collect::<Vec<_>>();
    let Some(previews) = &needs.previews else {
        parts.block("pull requests", vec!["pull_request:".to_owned()]);
        for block in ["unless closed", "jobs of previews", "fetch previews"] {
            parts.block(block, Vec::new());
        }
        parts.word("compared", "build".to_owned());
        return;
    };
    let role = if previews.takes_role { role(needs, parts) } else { Vec::new() };
    let token = role.iter().take(1).map(|_| "id-token: write # to take the role".to_owned());
    parts.block("preview id-token", token.collect());
    parts.block("preview role", role);
    parts.block("preview hosts", previews.hosts.iter().map(needs::Variable::line).collect());
    let events = ["pull_request:", "  types: [opened, reopened, synchronize, closed]"];
    parts.block("pull requests", events.map(str::to_owned).to_vec());
    parts.block("unless closed", vec!["if: github.event.action != 'closed'".to_owned()]);
    parts.word("compared", "[build, preview]".to_owned());
    let jobs = lines(include_str!("templates/previews.yml"), parts);
    parts.block("jobs of previews", jobs);
    let fetch = lines(include_str!("templates/fetch_previews.yml"), parts);
    parts.block("fetch previews", fetch);
}

/// Whether a run is one for the branch that is shipped. Which pushes begin one is said where it is told what begins a run.
fn is_branch(branch: &str) -> String {
    format!("github.event_name == 'push' || github.ref == 'refs/heads/{}'", branch.replace('\'', "''"))
}

/// `"1/2", "2/2"`.
fn shards(sites: usize) -> String {
    let jobs = sites.div_ceil(SITES_A_JOB).clamp(1, MOST_JOBS);
    (1..=jobs).map(|job| format!("\"{job}/{jobs}\"")).collect::<Vec<_>>().join(", ")
}

fn hectare(ci: &Ci) -> Vec<String> {
    let mut step = vec![USES.to_owned()];
    if let Some(Program::Release { repository, tag }) = &ci.program {
        step.extend([
            "  with:".to_owned(),
            format!("    release: {}", template::quoted(&format!("{repository}@{tag}"))),
        ]);
    }
    step
}

fn role(needs: &Needs, parts: &Parts) -> Vec<String> {
    let Some((role, region)) = &needs.role else { return Vec::new() };
    let step = "- uses: <<aws-actions/configure-aws-credentials>>\n  with:";
    let mut step: Vec<String> = fill(step, parts).lines().map(str::to_owned).collect();
    step.push(format!("    role-to-assume: {}", template::quoted(role)));
    step.push(format!("    aws-region: {}", template::quoted(region)));
    step
}

fn environment_of(variables: &[String]) -> Vec<String> {
    let head = (!variables.is_empty()).then(|| "env:".to_owned());
    head.into_iter().chain(variables.iter().map(|variable| format!("  {variable}"))).collect()
}

fn schedule(cron: &str) -> Vec<String> {
    vec!["schedule:".to_owned(), format!("  - cron: \"{cron}\"")]
}

/// What has to be over before anything is shipped.
fn after(is_approved: bool) -> Vec<String> {
    let lines: &[&str] = if is_approved {
        &[
            "needs: [plan, approve]",
            "if: >-",
            "  !cancelled() && needs.plan.result == 'success' && needs.plan.outputs.any == 'true'",
            "  && (needs.approve.result == 'success' || needs.approve.result == 'skipped')",
        ]
    } else {
        &["needs: plan", "if: needs.plan.outputs.any == 'true'"]
    };
    lines.iter().map(|line| (*line).to_owned()).collect()
}
