//! The machine: runs compiled checks without the interpreter, some fifty times faster.
//!
//! [`code`] is what a module becomes, [`lower`] makes it from the syntax tree, [`run`] executes it on [`value`]s with [`functions`]. What it says
//! must be what the interpreter says: every case of every check runs on both, and so do random objects (`tests/verdict_cache.rs`). A module
//! with something that the machine does not know stays with the interpreter.

pub mod code;
pub mod functions;
pub mod judge;
pub mod library;
pub mod lower;
pub mod print;
pub mod run;
pub mod value;

#[cfg(test)]
mod tests {
    use crate::policy::builtin;

    #[test]
    fn every_check_of_ours_is_compiled() {
        let catalog = builtin::catalog();
        let left: Vec<String> = catalog
            .sources
            .iter()
            .chain(&catalog.libraries)
            .filter(|s| s.machine.is_empty())
            .map(|s| format!("{}: {}", s.file, s.interpreted))
            .collect();
        assert!(left.is_empty(), "{left:#?}");
    }

    const CHECK: &str = r#"# METADATA
# title: Ports with a name
# description: For a test.
# custom:
#   severity: low
#   scope: container
#   remediation: None.
package audit.checks.own.named_ports

deny contains {"path": sprintf("/ports/%d", [i]), "msg": sprintf("port %s", [name])} if {
	some i, port in input.container.spec.ports
	{"name": name} := port
}
"#;

    #[test]
    fn what_the_machine_does_not_know_is_interpreted() {
        use crate::policy::{catalog, testing};
        let base = builtin::catalog();
        let files = [("checks/own/named-ports.rego".to_owned(), CHECK.to_owned())];
        let own = catalog::compile(&files, Some(&base)).unwrap();
        let check = own.check("named-ports").unwrap().clone();
        let (package, why) = own.interpreted(&check).unwrap();
        assert!(package.ends_with("named_ports") && why.contains("destructured"), "{package}: {why}");
        let text = "cases:\n- name: one\n  container: {ports: [{name: web}, {containerPort: 80}]}\n  at: [/spec/containers/0/ports/0]\n";
        let cases = testing::read("named-ports", text).unwrap();
        let around = testing::Surroundings { reader: &|_| Vec::new(), permissions: None };
        let got = testing::with_stack(|| testing::run(&own, &check, &cases[0], around).unwrap()).unwrap();
        assert_eq!(testing::judge(&cases[0], &got), None);
    }
}
