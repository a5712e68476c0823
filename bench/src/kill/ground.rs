//! What each case begins with: a demo's data and what its simulators know, made once and copied.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use valetkey_sdk::sim::Visitor;

use super::Setting;
use super::node::{Node, Started};
use super::server::{self, Database};
use super::time::Time;

/// Made once for a run.
pub struct Ground {
    pub program: PathBuf,
    pub setting: Setting,
    folder: PathBuf,
    /// The database that others are copied from.
    template: Option<String>,
    /// Every point of the program.
    pub points: Vec<String>,
}

/// A case's own copy.
pub struct Plot {
    pub folder: PathBuf,
    pub database: Option<Database>,
    pub time: Time,
}

impl Ground {
    /// Starts the demo once and ends it politely.
    ///
    /// # Errors
    /// If the program is missing or does not start, or PostgreSQL is.
    pub async fn prepare(program: PathBuf, setting: Setting, folder: PathBuf) -> anyhow::Result<Self> {
        let home = folder.join("template");
        std::fs::create_dir_all(&home)?;
        let database = if setting.is_postgres {
            Some(tokio::task::spawn_blocking(|| server::server().database(None)).await?)
        } else {
            None
        };
        let plot = Plot { time: Time::at(home.join("clock"), 0)?, folder: home, database };
        let points = std::process::Command::new(&program).arg("crash-points").output()?;
        let points = String::from_utf8(points.stdout)?.lines().map(str::to_owned).collect();
        let sim = plot.simulators(&program).await?;
        let product = plot.product(&program, &setting, sim.text("sim_url"), 0, None).await?;
        let Started::Ready(product) = product else { bail!("the product died at its first start") };
        product.end().await?;
        sim.end().await?;
        let template = plot.database.map(Database::keep);
        Ok(Self { program, setting, folder, template, points })
    }

    /// A copy for one case.
    pub async fn plot(&self, seed: u64) -> anyhow::Result<Plot> {
        let folder = self.folder.join(format!("case-{seed}"));
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        for file in std::fs::read_dir(self.folder.join("template"))? {
            let file = file?;
            if file.file_name() != "clock" && !file.file_name().to_string_lossy().ends_with(".log") {
                std::fs::copy(file.path(), folder.join(file.file_name()))?;
            }
        }
        let template = self.template.clone();
        let database = match template {
            Some(name) => {
                Some(tokio::task::spawn_blocking(move || server::server().database(Some(&name))).await?)
            }
            None => None,
        };
        Ok(Plot { time: Time::at(folder.join("clock"), 0)?, folder, database })
    }
}

impl Plot {
    pub async fn simulators(&self, program: &Path) -> anyhow::Result<Node> {
        let arguments = [
            "sim".to_owned(),
            "--json".to_owned(),
            "--keep".to_owned(),
            self.path("simulators.json"),
            "--clock".to_owned(),
            self.path("clock"),
        ];
        match Node::start(program, &arguments, &self.folder.join("sim.log")).await? {
            Started::Ready(node) => Ok(*node),
            Started::Died => bail!("the simulators died"),
        }
    }

    /// The product, with the plan of its death.
    pub async fn product(
        &self,
        program: &Path,
        setting: &Setting,
        sim_url: &str,
        port: u16,
        plan: Option<&str>,
    ) -> anyhow::Result<Started> {
        let mut arguments: Vec<String> =
            ["--log", "info,valetkey=debug,valetkey_sdk=debug", "demo", "--json"].map(str::to_owned).to_vec();
        let mut told = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
        told("--data", self.folder.to_str().context("the folder's name is no text")?.to_owned());
        told("--sim-url", sim_url.to_owned());
        told("--port", port.to_string());
        told("--clock", self.path("clock"));
        if let Some(database) = &self.database {
            told("--database-url", database.url.clone());
        }
        if let Some(plan) = plan {
            told("--crash", plan.to_owned());
        }
        if let Some(defence) = &setting.without {
            told("--without", defence.clone());
        }
        Node::start(program, &arguments, &self.log_of(port)).await
    }

    /// What the product on this port writes to stderr.
    pub fn log_of(&self, port: u16) -> PathBuf {
        self.folder.join(format!("product-{port}.log"))
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_string_lossy().into_owned()
    }
}

/// A browser of somebody's own.
pub fn browser() -> anyhow::Result<Visitor> {
    Visitor::new().map_err(anyhow::Error::msg)
}
