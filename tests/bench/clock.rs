//! Commands → what one run of each costs, measured in turn so that whatever else the machine does hits all alike.
//!
//! CPU time is read where the kernel tells it to a program without `unsafe`: on Linux. Elsewhere only wall time is known.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Wall time that a batch of runs takes at least, as far as [`LONGEST_BATCH`] allows. The kernel tells CPU time in ticks of 10 ms,
/// so a batch of 20 of them is known to a few per cent, and the median of batches better.
const BATCH: Duration = Duration::from_millis(200);
const LONGEST_BATCH: u32 = 200;

/// Ticks of `/proc/self/stat` in a second: what the kernel calls `USER_HZ`, 100 on all architectures in use.
const TICKS_PER_SECOND: f64 = 100.0;

/// Something that can be run again and again.
pub(crate) enum Work<'w> {
    /// Another program, its output thrown away.
    Child(Box<Command>),
    /// Another program that finds this folder gone each time.
    Cold(Box<Command>, PathBuf),
    /// A function of this program.
    Own(Box<dyn FnMut() + 'w>),
}

/// What one run costs, in milliseconds.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    /// User and system time of all threads; `None` where it cannot be told.
    pub(crate) cpu: Option<f64>,
    /// From start to end.
    pub(crate) wall: f64,
}

impl Cost {
    /// CPU time, or wall time where there is none.
    pub(crate) fn main(self) -> f64 {
        self.cpu.unwrap_or(self.wall)
    }
}

impl<'w> Work<'w> {
    /// A command that sees no terminal and whose output goes nowhere.
    pub(crate) fn child(command: Command) -> Self {
        Self::Child(Box::new(quiet(command)))
    }

    /// The same command without what earlier runs kept in `folder`.
    pub(crate) fn cold(command: Command, folder: PathBuf) -> Self {
        Self::Cold(Box::new(quiet(command)), folder)
    }

    /// A function of this program, which runs in its one thread.
    pub(crate) fn own(function: impl FnMut() + 'w) -> Self {
        Self::Own(Box::new(function))
    }

    fn run(&mut self) {
        if let Self::Cold(_, folder) = self {
            let _ = fs::remove_dir_all(folder); // It is gone already before the first run.
        }
        match self {
            Self::Child(command) | Self::Cold(command, _) => {
                command.status().unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
            }
            Self::Own(function) => function(),
        }
    }

    fn cpu(&self) -> Option<f64> {
        match self {
            Self::Child(_) | Self::Cold(..) => ticks([13, 14]),
            Self::Own(_) => ticks([11, 12]),
        }
    }

    fn batch(&mut self, runs: u32) -> Cost {
        let (cpu, start) = (self.cpu(), Instant::now());
        for _ in 0..runs {
            self.run();
        }
        let wall = start.elapsed().as_secs_f64() * 1000.0 / f64::from(runs);
        let cpu = self.cpu().zip(cpu).map(|(after, before)| (after - before) * 1000.0 / f64::from(runs));
        Cost { cpu, wall }
    }
}

fn quiet(mut command: Command) -> Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// The costs of each work in each of the rounds, in turn: A B A B. Each runs once before, so that all start warm.
pub(crate) fn in_turn(works: &mut [Work<'_>], rounds: usize) -> Vec<Vec<Cost>> {
    let mut sizes = Vec::new();
    for work in &mut *works {
        work.run();
        let once = work.batch(1).wall.max(0.001);
        let runs = (1..LONGEST_BATCH).find(|runs| f64::from(*runs) * once >= BATCH.as_secs_f64() * 1000.0);
        sizes.push(runs.unwrap_or(LONGEST_BATCH));
    }
    let mut costs = vec![Vec::new(); works.len()];
    for _ in 0..rounds {
        for ((work, runs), costs) in works.iter_mut().zip(&sizes).zip(&mut costs) {
            costs.push(work.batch(*runs));
        }
    }
    costs
}

/// The middle one of `values`; of two in the middle the greater.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The most memory that a command holds, in MB (10⁶ bytes); `None` where it cannot be told.
///
/// The kernel's own high-water mark is asked for every millisecond, so only what the last millisecond adds can be missed.
pub(crate) fn peak(command: Command) -> Option<f64> {
    let mut child = quiet(command).spawn().ok()?;
    let status = format!("/proc/{}/status", child.id());
    let mut most = None;
    while let Ok(None) = child.try_wait() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib: Option<f64> = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
        most = kib.map(|kib| kib * 1024.0 / 1e6).or(most);
        std::thread::sleep(Duration::from_millis(1));
    }
    most
}

/// The sum of two fields of `/proc/self/stat` in seconds, counted from the one behind the program's name: proc(5) has `utime` and `stime`
/// of this process at 11 and 12, of its ended children at 13 and 14.
fn ticks(fields: [usize; 2]) -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    let values: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let [one, other] = fields.map(|field| values.get(field).and_then(|value| value.parse::<f64>().ok()));
    Some((one? + other?) / TICKS_PER_SECOND)
}
