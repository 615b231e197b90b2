//! Compiled checks: what a module of Rego becomes, ready to run without an interpreter.
//!
//! Made by [`super::lower`] when the catalogue is compiled, run by [`super::run`]. Names are numbers here: a variable is a slot of its clause's
//! frame, a rule is its position in its module. Every expression has at most one value: a reference that ranges over a collection
//! (`spec.volumes[_].name`) stands as an [`Stmt::Each`] before the statement that uses it.

use serde::{Deserialize, Serialize};

/// A module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Module {
    /// path for messages
    pub file: String,
    /// rules sorted by name
    pub rules: Vec<Rule>,
    /// rules of other modules: package and name
    pub externals: Vec<(String, String)>,
    /// names of functions that the machine leaves to the interpreter
    pub foreign: Vec<String>,
}

/// What a rule defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// one value
    Complete,
    /// one value for its arguments
    Function,
    /// a set
    Set,
    /// an object
    Object,
}

/// A rule with all its definitions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// its name
    pub name: String,
    /// what it defines
    pub kind: Kind,
    /// its definitions
    pub clauses: Vec<Clause>,
    /// value when no definition gives one
    pub default: Option<Expr>,
    /// its value is the same for every input
    pub constant: bool,
}

/// One definition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clause {
    /// slots that it needs
    pub slots: u16,
    /// what arguments must be
    pub params: Vec<Pattern>,
    /// key of an object
    pub key: Option<Expr>,
    /// bodies; the first that holds gives the value (further ones are `else`)
    pub bodies: Vec<Body>,
    /// line from 1
    pub line: u32,
}

/// Statements, and the value when they hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// all must hold
    pub stmts: Vec<Stmt>,
    /// item of a set, value of everything else
    pub value: Expr,
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Stmt {
    /// the value is neither false nor undefined
    Test(Expr),
    /// gives names to (parts of) a value
    Let(Pattern, Expr),
    /// for every item
    Each {
        /// the collection
        of: Expr,
        /// index or key
        key: Option<Pattern>,
        /// item
        item: Pattern,
        /// line of a `some ... in`, for which anything but a collection is an error; 0 for a reference
        line: u32,
    },
    /// the statements hold for nothing
    Not(Vec<Stmt>),
    /// the statements hold for every item
    Every {
        /// the collection
        of: Expr,
        /// index or key
        key: Option<u16>,
        /// item
        item: u16,
        /// what must hold
        stmts: Vec<Stmt>,
        /// line
        line: u32,
    },
}

/// What a value must look like, and which parts get names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Pattern {
    /// anything
    Any,
    /// anything; it gets a name
    Bind(u16),
    /// this value
    Is(Expr),
    /// a list of this length
    List(Vec<Pattern>),
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Compare {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// Arithmetic; `Sub` and the last three are for sets, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Operator {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Union,
    Intersection,
}

/// Branches of `data` that are no rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Branch {
    /// one table
    Table(String),
    /// settings of checks
    Params,
    /// `{version}`
    Kubernetes,
    /// `{date}`
    Run,
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Expr {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// a whole number
    Int(i64),
    /// another number
    Float(f64),
    /// a string
    Text(String),
    /// a variable
    Local(u16),
    /// the policy input
    Input,
    /// a branch of `data`
    Data(Branch),
    /// a field
    Field(Box<Expr>, String),
    /// an item
    Index(Box<Expr>, Box<Expr>),
    /// the value of a rule of this module
    Rule(u32),
    /// the value of a rule of another module
    External(u32),
    /// a function
    Call(Callee, Vec<Expr>, u32),
    /// a list
    Array(Vec<Expr>),
    /// a set
    Set(Vec<Expr>),
    /// an object
    Object(Vec<(Expr, Expr)>),
    /// list of values for which statements hold
    ArrayOf(Vec<Stmt>, Box<Expr>),
    /// set of them
    SetOf(Vec<Stmt>, Box<Expr>),
    /// object of them
    ObjectOf(Vec<Stmt>, Box<(Expr, Expr)>),
    /// a comparison
    Compare(Compare, Box<(Expr, Expr)>),
    /// arithmetic
    Compute(Operator, Box<(Expr, Expr)>, u32),
    /// whether a collection has an item (under a key)
    In(Option<Box<Expr>>, Box<(Expr, Expr)>),
}

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Callee {
    /// a function of this module
    Rule(u32),
    /// a function of another module
    External(u32),
    /// a function of the machine
    Own(Function),
    /// a function of the interpreter: position in [`Module::foreign`]
    Foreign(u32),
}

macro_rules! functions {
    ($($variant:ident $name:literal $arity:literal,)*) => {
        /// Functions that the machine has itself; every other built-in function is left to the interpreter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[allow(missing_docs)]
        pub enum Function { $($variant,)* }

        impl Function {
            /// The function of this name, with its number of arguments.
            pub fn named(name: &str) -> Option<(Function, usize)> {
                Some(match name { $($name => (Function::$variant, $arity),)* _ => return None })
            }

            /// Its name.
            pub fn name(self) -> &'static str {
                match self { $(Function::$variant => $name,)* }
            }
        }
    };
}

functions! {
    ArrayConcat "array.concat" 2,
    ArraySlice "array.slice" 3,
    Concat "concat" 2,
    Contains "contains" 2,
    Count "count" 1,
    EndsWith "endswith" 2,
    IndexOf "indexof" 2,
    InventoryFind "inventory.find" 4,
    InventoryGet "inventory.get" 3,
    InventoryList "inventory.list" 2,
    InventorySelect "inventory.select" 3,
    InventorySelecting "inventory.selecting" 4,
    IsArray "is_array" 1,
    IsBoolean "is_boolean" 1,
    IsNull "is_null" 1,
    IsNumber "is_number" 1,
    IsObject "is_object" 1,
    IsSet "is_set" 1,
    IsString "is_string" 1,
    Image "k8s.image" 1,
    Path "k8s.path" 1,
    Quantity "k8s.quantity" 1,
    Selects "k8s.selects" 2,
    VersionCompare "k8s.version_compare" 2,
    Lower "lower" 1,
    Max "max" 1,
    Min "min" 1,
    ObjectGet "object.get" 3,
    ObjectKeys "object.keys" 1,
    ObjectUnion "object.union" 2,
    Bindings "rbac.bindings" 1,
    Can "rbac.can" 6,
    Granted "rbac.granted" 3,
    Grants "rbac.grants" 2,
    HolderHas "rbac.holder_has" 4,
    Primitives "rbac.primitives" 2,
    Reach "rbac.reach" 3,
    Rules "rbac.rules" 3,
    Subjects "rbac.subjects" 4,
    Takeover "rbac.takeover" 2,
    RegexMatch "regex.match" 2,
    RegexSplit "regex.split" 2,
    Replace "replace" 3,
    Set "set" 0,
    Sort "sort" 1,
    Split "split" 2,
    Sprintf "sprintf" 2,
    StartsWith "startswith" 2,
    Substring "substring" 3,
    Sum "sum" 1,
    ToNumber "to_number" 1,
    Trim "trim" 2,
    TrimLeft "trim_left" 2,
    TrimPrefix "trim_prefix" 2,
    TrimRight "trim_right" 2,
    TrimSpace "trim_space" 1,
    TrimSuffix "trim_suffix" 2,
    TypeName "type_name" 1,
    Union "union" 1,
    Upper "upper" 1,
}

impl Function {
    /// Its answer depends on more than its arguments.
    pub fn asks(self) -> bool {
        let name = self.name();
        name.starts_with("inventory.") || name.starts_with("rbac.")
    }
}
