//! The variants of packages that tests need.
//!
//! A test binary of `p` holds `p` with its test files, `p [p.test]`. A package of the
//! binary that imports `p`, by and by, must see that one, so it is compiled anew:
//! `q [p.test]`.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use source::{Id, IndexVec, Lines, Name};

use crate::error::Error;
use crate::load::Tested;
use crate::package::{Import, Load, Package, PackageId, Variant};

/// Adds the test packages of the roots and what is compiled anew for them.
pub(crate) fn add(load: &mut Load, mut tested: FxHashMap<PackageId, Tested>) {
    if tested.is_empty() {
        return;
    }
    let plain = load.packages.len();
    let mut importers: IndexVec<PackageId, Vec<PackageId>> = IndexVec::filled(Vec::new(), plain);
    for (id, package) in load.packages.iter_ids() {
        for dependency in package.dependencies() {
            importers[dependency].push(id);
        }
    }
    let named = load.packages.iter_ids().filter(|(_, package)| package.is_root);
    let mut needed: Vec<PackageId> = named.map(|(id, _)| id).collect();
    for root in load.roots.clone() {
        if let Some(tested) = tested.remove(&root) {
            let copies = FxHashMap::default();
            Tester { load, importers: &importers, tested, copies, needed: &mut needed }.add();
        }
    }
    keep(load, needed);
}

/// Drops the plain packages that no binary holds, since tests saw only their copies.
fn keep(load: &mut Load, mut open: Vec<PackageId>) {
    let mut is_needed: IndexVec<PackageId, bool> = IndexVec::filled(false, load.packages.len());
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut is_needed[id], true) {
            open.extend(load.packages[id].dependencies());
        }
    }
    let mut count = 0;
    let mut new_ids: IndexVec<PackageId, PackageId> = IndexVec::with_capacity(is_needed.len());
    for &needed in &is_needed {
        new_ids.push(PackageId::from_index(count));
        count += usize::from(needed);
    }
    if count == is_needed.len() {
        return;
    }
    let mut kept = IndexVec::with_capacity(count);
    for (id, package) in load.packages.iter_ids() {
        if !is_needed[id] {
            continue;
        }
        let mut package = package.clone();
        package
            .imports
            .iter_mut()
            .filter_map(|i| i.package.as_mut())
            .for_each(|p| *p = new_ids[*p]);
        package.implicit.iter_mut().for_each(|p| *p = new_ids[*p]);
        kept.push(package);
    }
    load.packages = kept;
    load.roots.iter_mut().chain(&mut load.tests).for_each(|id| *id = new_ids[*id]);
}

struct Tester<'a> {
    load: &'a mut Load,
    /// Who imports a plain package.
    importers: &'a IndexVec<PackageId, Vec<PackageId>>,
    tested: Tested,
    /// Plain packages and what stands in for them in this test.
    copies: FxHashMap<PackageId, PackageId>,
    /// What the binaries hold.
    needed: &'a mut Vec<PackageId>,
}

impl Tester<'_> {
    fn add(mut self) {
        let plain = self.load.packages[self.tested.package].clone();
        let is_program = plain.name.as_str() == "main";
        if !plain.test_files.is_empty() || is_program {
            self.add_internal(&plain);
            self.recompile();
        }
        if !plain.external_test_files.is_empty() {
            self.add_external(&plain);
        }
        for id in &self.tested.test_main {
            self.needed.push(self.copies.get(id).copied().unwrap_or(*id));
        }
    }

    /// `p [p.test]`: the package with its test files.
    fn add_internal(&mut self, plain: &Package) {
        let mut package = self.variant_of(plain, Variant::InternalTest);
        package.files = plain.files.iter().chain(plain.test_files.iter()).copied().collect();
        let mut imports = std::mem::take(&mut self.tested.imports);
        imports.extend(plain.imports.iter().copied());
        imports.sort_by(|a, b| (a.path.as_str(), a.file).cmp(&(b.path.as_str(), b.file)));
        imports.dedup_by_key(|i| i.path);
        package.imports = imports;
        self.refuse_cycles(&mut package);
        let id = self.load.packages.push(package);
        self.load.tests.push(id);
        self.needed.push(id);
        self.copies.insert(self.tested.package, id);
    }

    /// A test file must not import what imports the package: that closes a cycle.
    fn refuse_cycles(&mut self, package: &mut Package) {
        let above = self.all_importers();
        for import in &mut package.imports {
            let Some(to) = import.package else { continue };
            if to != self.tested.package && !above.contains(&to) {
                continue;
            }
            let file = &self.load.files[import.file];
            let place = Lines::new(&file.text).locate(import.offset);
            let message = format!(
                "import cycle not allowed in test: {} is imported by {}",
                package.path, import.path
            );
            let error = Error::at_place(&file.path, place.line, place.column, message);
            self.load.errors.push(error);
            import.package = None;
        }
    }

    /// Every plain package that imports the tested one, by and by.
    fn all_importers(&self) -> FxHashSet<PackageId> {
        let mut seen = FxHashSet::default();
        let mut open = vec![self.tested.package];
        while let Some(id) = open.pop() {
            for &importer in &self.importers[id] {
                if seen.insert(importer) {
                    open.push(importer);
                }
            }
        }
        seen
    }

    /// Compiles anew what the test binary holds and what imports the tested package.
    fn recompile(&mut self) {
        let external = self.tested.external_imports.iter().filter_map(|i| i.package);
        let mut open: Vec<PackageId> =
            external.chain(self.tested.test_main.iter().copied()).collect();
        // Where nothing that the tests import is above the package, nothing is to do.
        let above = self.all_importers();
        open.retain(|id| above.contains(id));
        let mut affected: FxHashSet<PackageId> = open.iter().copied().collect();
        while let Some(id) = open.pop() {
            for dependency in self.load.packages[id].dependencies() {
                if above.contains(&dependency) && affected.insert(dependency) {
                    open.push(dependency);
                }
            }
        }
        // Plain packages come in the order of their needs, so their copies do too.
        let mut affected: Vec<PackageId> = affected.into_iter().collect();
        affected.sort_by_key(|id| id.index());
        for id in affected {
            let plain = self.load.packages[id].clone();
            let mut copy = self.variant_of(&plain, Variant::Recompiled);
            self.redirect(&mut copy);
            let new = self.load.packages.push(copy);
            self.copies.insert(id, new);
        }
    }

    /// `p_test [p.test]`: the external tests.
    fn add_external(&mut self, plain: &Package) {
        let mut package = self.variant_of(plain, Variant::ExternalTest);
        let none: Arc<[_]> = Arc::from([]);
        let path = format!("{}_test", plain.path);
        package.id = Name::new(&format!("{path} [{}.test]", plain.path));
        package.path = Name::new(&path);
        package.name = Name::new(&format!("{}_test", plain.name));
        package.files = Arc::clone(&plain.external_test_files);
        package.cgo_files = Arc::clone(&none);
        package.test_files = Arc::clone(&none);
        package.external_test_files = none;
        package.ignored_files = Arc::from([]);
        package.imports = std::mem::take(&mut self.tested.external_imports);
        package.implicit = Vec::new();
        self.redirect(&mut package);
        let id = self.load.packages.push(package);
        self.load.tests.push(id);
        self.needed.push(id);
    }

    fn variant_of(&self, plain: &Package, variant: Variant) -> Package {
        let tested = self.load.packages[self.tested.package].path;
        let id = Name::new(&format!("{} [{tested}.test]", plain.path));
        Package { id, variant, for_test: Some(tested), is_root: false, ..plain.clone() }
    }

    /// Lets a variant import the copies.
    fn redirect(&self, package: &mut Package) {
        let copy = |id: &mut PackageId| {
            if let Some(&copy) = self.copies.get(id) {
                *id = copy;
            }
        };
        let imports: &mut [Import] = &mut package.imports;
        imports.iter_mut().filter_map(|i| i.package.as_mut()).for_each(copy);
        package.implicit.iter_mut().for_each(copy);
    }
}
