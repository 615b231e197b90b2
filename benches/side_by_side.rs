//! Tools beside each other on the same manifests: `cargo bench --bench side_by_side -- DIR [--rounds N] [NAME=COMMAND]...`.
//!
//! Every round runs every command once, each round in the other order; of each command the fastest round counts. In a command `{dir}` is the directory,
//! `{files}` every file in it. Without commands: `audit` as it is built here (whole scan, without its verdict cache, reading alone), reading with yaml_serde, and
//! those of kube-score, kube-linter, conftest, trivy and checkov that are on PATH. CPU time and peak memory are what the kernel says of the process
//! and its children.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use wait4::Wait4;

struct Measured {
    wall: f64,
    cpu: f64,
    peak: f64,
    answered: Option<f64>,
}

fn files(dir: &Path) -> Vec<String> {
    let mut all: Vec<String> =
        std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path().to_string_lossy().into_owned()).collect();
    all.sort();
    all
}

fn run(command: &[String]) -> Measured {
    let log = tempfile::NamedTempFile::new().unwrap();
    let started = Instant::now();
    let child = Command::new(&command[0])
        .args(&command[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log.reopen().unwrap())
        .spawn()
        .unwrap_or_else(|e| panic!("{}: {e}", command[0]));
    let used = child.wait4().unwrap();
    let wall = started.elapsed().as_secs_f64();
    let rusage = used.rusage;
    let told = std::fs::read_to_string(log.path()).unwrap_or_default();
    let answered = told.lines().find_map(|l| l.strip_prefix("audit: ")?.split_once(" questions")?.0.parse().ok());
    Measured {
        wall,
        cpu: rusage.utime.as_secs_f64() + rusage.stime.as_secs_f64(),
        peak: rusage.maxrss as f64 / (1 << 20) as f64,
        answered,
    }
}

fn on_path(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|p| p.join(name).is_file())
}

fn yaml_serde(dir: &Path) {
    use serde::Deserialize;
    let mut count = 0;
    for file in files(dir) {
        let text = std::fs::read_to_string(file).unwrap();
        let documents = serde_yaml::Deserializer::from_str(&text);
        count += documents.filter_map(|d| serde_yaml::Value::deserialize(d).ok()).count();
    }
    eprintln!("{count} documents");
}

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if args.first().is_some_and(|a| a == "--yaml-serde") {
        return yaml_serde(Path::new(&args[1]));
    }
    let mut rounds = 3;
    if let Some(i) = args.iter().position(|a| a == "--rounds") {
        rounds = args[i + 1].parse().unwrap();
        args.drain(i..=i + 1);
    }
    let Some(dir) = args.first().map(PathBuf::from) else {
        eprintln!("usage: side_by_side DIR [--rounds N] [NAME=COMMAND]...");
        return;
    };
    let report = tempfile::NamedTempFile::new().unwrap();
    let (audit, out) = (env!("CARGO_BIN_EXE_audit"), report.path().display());
    let own = std::env::current_exe().unwrap();
    let policy = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/conftest");
    let mut commands: Vec<(String, String)> = vec![
        ("audit parse".into(), format!("{audit} parse {{dir}}")),
        ("yaml_serde".into(), format!("{} --yaml-serde {{dir}}", own.display())),
        ("audit scan".into(), format!("{audit} scan {{dir}} --no-config -vv -o json --output {out}")),
        (
            "audit scan, no cache".into(),
            format!("{audit} scan {{dir}} --no-config --no-verdict-cache -vv -o json --output {out}"),
        ),
    ];
    let others = [
        ("kube-score", "kube-score score --output-format ci {files}".to_owned()),
        ("kube-linter", "kube-linter lint {dir}".to_owned()),
        ("conftest", format!("conftest test --no-color -p {policy} {{files}}")),
        ("trivy", "trivy config --quiet --offline-scan {dir}".to_owned()),
        ("checkov", "checkov -d {dir} --framework kubernetes --compact --quiet --skip-download".to_owned()),
    ];
    commands.extend(others.into_iter().filter(|(name, _)| on_path(name)).map(|(n, c)| (n.to_owned(), c)));
    if args.len() > 1 {
        commands = args[1..].iter().filter_map(|a| a.split_once('=')).map(|(n, c)| (n.into(), c.into())).collect();
    }
    let all = files(&dir);
    let words = |command: &str| -> Vec<String> {
        let parts = command.split_whitespace();
        parts
            .flat_map(|part| match part {
                "{files}" => all.clone(),
                part => vec![part.replace("{dir}", &dir.to_string_lossy())],
            })
            .collect()
    };
    let documents: usize = all
        .iter()
        .map(|f| std::fs::read_to_string(f).unwrap().lines().filter(|l| l.starts_with("kind: ")).count())
        .sum();
    let bytes: u64 = all.iter().map(|f| std::fs::metadata(f).unwrap().len()).sum();
    println!(
        "{}: {} files, {:.1} MB, {documents} objects; {} cores; best of {rounds}",
        dir.display(),
        all.len(),
        bytes as f64 / 1e6,
        std::thread::available_parallelism().map_or(1, usize::from),
    );
    let mut best: BTreeMap<usize, Measured> = BTreeMap::new();
    for round in 0..rounds {
        let mut order: Vec<usize> = (0..commands.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for i in order {
            let measured = run(&words(&commands[i].1));
            if best.get(&i).is_none_or(|b| measured.cpu < b.cpu) {
                best.insert(i, measured);
            }
        }
    }
    let floor = best.get(&0).map_or(1.0, |m| m.cpu);
    println!(
        "{:<22} {:>8} {:>8} {:>9} {:>11} {:>14} {:>9}",
        "", "wall s", "CPU s", "peak MiB", "objects/s", "checks/CPU s", "x floor"
    );
    for (i, (name, _)) in commands.iter().enumerate() {
        let m = &best[&i];
        let rate = m.answered.map_or("-".to_owned(), |n| format!("{:.0}", n / m.cpu));
        println!(
            "{name:<22} {:>8.2} {:>8.2} {:>9.0} {:>11.0} {rate:>14} {:>9.1}",
            m.wall,
            m.cpu,
            m.peak,
            documents as f64 / m.wall,
            m.cpu / floor
        );
    }
}
