//! Who works as what, in which teams, for whom.

use super::{
    Made, Seeder, after, before, cases, history,
    words::{DEPARTMENTS, EXECUTIVE},
};
use crate::schema::Kind;
use chrono::NaiveDate;
use serde_json::{Value, json};

const GRADES: [&str; 4] = ["", "Senior ", "Lead ", "Principal "];

impl Seeder {
    pub(super) fn roles(&mut self, people: &mut [Made]) {
        let executives = (people.len() / 50).max(1);
        for person in people.iter_mut().skip(executives) {
            person.department = self.rng.share(&DEPARTMENTS);
        }
        for (person, manager) in people.iter_mut().zip(self.managers()) {
            person.manager = manager;
        }
        let lengths = self.lengths(people, &[(1, 35), (2, 35), (3, 20), (4, 10)]);
        for (i, person) in people.iter().enumerate() {
            let manager = person.manager.map(|m| people[m].id.as_str());
            for (k, (from, end)) in self.steps(person, lengths[i]).into_iter().enumerate() {
                let boss = match person.n {
                    // The last of the five managers is the one of today.
                    cases::MATRIX if k < 4 => people.get(3 + k).map(|p| p.id.as_str()),
                    _ => manager,
                };
                self.add(
                    Kind::JobRoles,
                    json!({
                        "personId": person.id, "jobTitle": title(person, k),
                        "department": person.department.name, "reportingTo": boss,
                        "effectiveDate": from.to_string(), "endDate": end.map(|d| d.to_string()),
                    }),
                );
            }
            self.teams(person);
        }
    }

    /// First and last day of each role.
    fn steps(&self, person: &Made, length: u64) -> Vec<(NaiveDate, Option<NaiveDate>)> {
        let span = person.span(self.today);
        match person.n {
            cases::REHIRED => vec![
                (person.start, Some(after(person.start, 500))),
                (before(self.today, 300), None),
            ],
            cases::MATRIX => history(person.start, span, 5),
            n => {
                let mut steps = history(person.start, span, length);
                if cases::FUTURE_ROLE.contains(&n) {
                    let promoted = after(self.today, 5 + n % 60);
                    if let Some(last) = steps.last_mut() {
                        last.1 = Some(before(promoted, 1));
                    }
                    steps.push((promoted, None));
                }
                steps
            }
        }
    }

    /// The manager of each person, as an index: a tree of five levels.
    fn managers(&mut self) -> impl Iterator<Item = Option<usize>> {
        // Places in a team, by manager; the wide team has its own.
        let mut open: Vec<usize> = [(1..7, 3), (7..19, 4), (20..39, 7)]
            .into_iter()
            .flat_map(|(managers, places)| managers.flat_map(move |m| (0..places).map(move |_| m)))
            .collect();
        self.rng.shuffle(&mut open);
        (0..).map(move |i: usize| match i as u64 {
            cases::OWNER => None,
            1..=6 => Some(0),
            7..=18 => Some(1 + (i - 7) % 6),
            19..=38 => Some(7 + (i - 19) % 12),
            // High enough for those below to stay on the fifth level.
            cases::OLD_MANAGER => Some(7),
            n if cases::NO_MANAGER.contains(&n) => None,
            n if cases::ORPHANED.contains(&n) => usize::try_from(cases::OLD_MANAGER).ok(),
            n if cases::WIDE_TEAM.contains(&n) => Some(cases::WIDE_MANAGER),
            _ => open.pop().or(Some(0)),
        })
    }

    fn teams(&mut self, person: &Made) {
        let all = person.department.teams;
        let count = self.rng.share(&[(0, 6), (1, 70), (2, 20), (3, 4)]);
        let first = self.rng.below(6);
        let teams: Vec<Value> = all
            .iter()
            .cycle()
            .skip(usize::try_from(first).unwrap_or(0))
            .take(all.len().min(count))
            .map(|name| json!({"name": name}))
            .collect();
        let row = self
            .tables
            .get_mut(&Kind::People)
            .and_then(|t| t.get_mut(&person.id));
        if let Some(row) = row {
            row.insert("teams".to_owned(), json!(teams));
        }
    }
}

fn title(person: &Made, step: usize) -> String {
    let department = person.department;
    match person.n {
        cases::OWNER => "Chief Executive".to_owned(),
        cases::MATRIX => format!("Senior {}", department.title),
        _ if department.name == EXECUTIVE.name => format!("{}Executive", GRADES[step.min(3)]),
        1..=38 if step > 0 => format!("{} Manager", department.name),
        _ => format!("{}{}", GRADES[step.min(3)], department.title),
    }
}
