#!/usr/bin/env bash
# Builds the programs that the cluster and conformance tests run:
#   kube-apiserver, etcd   a real API server           (module tests/cluster)
#   pss-oracle             the reference implementations (module tests/cluster/pss)
#
#   tests/cluster/build.sh                everything
#   tests/cluster/build.sh pss-oracle     one group: "servers" or "pss-oracle"
#
# Environment:
#   KUBE_AUDIT_TEST_ASSETS   where the programs go (default: target/test-assets)
#   KUBEBUILDER_ASSETS       a directory that already holds kube-apiserver and
#                            etcd; then only pss-oracle is built
#
# Progress goes to stderr. stdout gets one "name=path" line per program.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
repo=$(cd -- "$here/../.." && pwd -P)
assets=${KUBE_AUDIT_TEST_ASSETS:-$repo/target/test-assets}

say() { printf 'build.sh: %s\n' "$*" >&2; }
die() {
	printf 'build.sh: error: %s\n' "$1" >&2
	shift
	for line in "$@"; do printf '  %s\n' "$line" >&2; done
	exit 1
}

want_servers=0
want_oracle=0
if [ $# -eq 0 ]; then
	want_servers=1
	want_oracle=1
fi
for arg in "$@"; do
	case $arg in
	servers) want_servers=1 ;;
	pss-oracle) want_oracle=1 ;;
	-h | --help)
		sed -n '2,/^set -euo/{/^#/s/^# \{0,1\}//p;}' "${BASH_SOURCE[0]}"
		exit 0
		;;
	*) die "unknown argument: $arg" "usage: build.sh [servers] [pss-oracle]" ;;
	esac
done

server_dir=
if [ -n "${KUBEBUILDER_ASSETS:-}" ] && [ "$want_servers" = 1 ]; then
	for program in kube-apiserver etcd; do
		[ -x "$KUBEBUILDER_ASSETS/$program" ] || die \
			"KUBEBUILDER_ASSETS is set, but $KUBEBUILDER_ASSETS/$program is not an executable file" \
			"put kube-apiserver and etcd there, or unset KUBEBUILDER_ASSETS to build them here"
	done
	server_dir=$(cd -- "$KUBEBUILDER_ASSETS" && pwd -P)
	say "using kube-apiserver and etcd from KUBEBUILDER_ASSETS"
fi

mkdir -p -- "$assets"
assets=$(cd -- "$assets" && pwd -P)

# One build at a time per directory. Without flock, two builds at once only
# waste time: programs are moved into place when they are complete.
if command -v flock >/dev/null 2>&1; then
	exec 9>"$assets/.lock"
	flock 9
fi

tmp=
cleanup() { if [ -n "$tmp" ]; then rm -rf -- "$tmp"; fi; }
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

sha256() {
	if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi | cut -d' ' -f1
}

# fingerprint TEXT FILE...: what the program depends on. TEXT is the command line.
fingerprint() {
	local text=$1 file
	shift
	{
		printf '%s\n' "$text" "$(uname -sm)"
		for file in "$@"; do
			printf '== %s\n' "${file##*/}"
			cat -- "$file"
		done
	} | sha256
}

is_current() { # STAMP FINGERPRINT PROGRAM...
	local stamp=$1 want=$2 program
	shift 2
	[ -f "$assets/$stamp" ] && [ "$(cat -- "$assets/$stamp")" = "$want" ] || return 1
	for program in "$@"; do [ -x "$assets/$program" ] || return 1; done
}

need_go() { # DIRECTORY
	command -v go >/dev/null 2>&1 || die "Go is not installed; it is needed to build the test programs" \
		"install it (Debian, Ubuntu: apt-get install golang; 1.21 or newer fetches the toolchain it needs)," \
		"or point KUBEBUILDER_ASSETS at a directory with kube-apiserver and etcd" \
		"(that replaces the two servers; pss-oracle is always built with Go)"
	local version
	version=$(cd -- "$1" && GOWORK=off go env GOVERSION) || die \
		"this Go ($(command -v go)) cannot be used for $(sed -n 's/^go /go /p' "$1/go.mod")" \
		"install Go 1.21 or newer with GOTOOLCHAIN=auto, or the version that go.mod asks for"
	say "building with $version"
}

run_go_build() { # DIRECTORY ARGUMENT...
	local dir=$1
	shift
	(
		cd -- "$dir"
		unset GOOS GOARCH
		# No C compiler, no workspace, no vendor directory of the caller.
		export CGO_ENABLED=0 GOWORK=off
		exec go build -mod=readonly -buildvcs=false -trimpath "$@" 9>&-
	) || die "go build failed in ${dir#"$repo"/} (see above)" \
		"a first build downloads modules: it needs the network and a Go module proxy (go env GOPROXY)"
}

if [ "$want_servers" = 1 ] && [ -z "$server_dir" ]; then
	server_dir=$assets
	version=$(sed -n 's|^[[:space:]]*k8s\.io/kubernetes \(v[0-9.]*\)\( //.*\)\{0,1\}$|\1|p' "$here/go.mod")
	[ -n "$version" ] || die "tests/cluster/go.mod does not name a version of k8s.io/kubernetes"
	IFS=. read -r major minor _ <<<"${version#v}"
	pkg=k8s.io/component-base/version
	flags=(-tags providerless -ldflags "-s -w -X $pkg.gitVersion=$version -X $pkg.gitMajor=$major -X $pkg.gitMinor=$minor")
	packages=(k8s.io/kubernetes/cmd/kube-apiserver go.etcd.io/etcd/server/v3)
	want=$(fingerprint "${flags[*]} ${packages[*]}" "$here/go.mod" "$here/go.sum")
	if is_current .servers.stamp "$want" kube-apiserver etcd; then
		say "kube-apiserver and etcd are current"
	else
		need_go "$here"
		say "building kube-apiserver $version and etcd (several minutes the first time)"
		started=$SECONDS
		tmp=$(mktemp -d "$assets/.build.XXXXXX")
		run_go_build "$here" "${flags[@]}" -o "$tmp/" "${packages[@]}"
		rm -f -- "$assets/.servers.stamp"
		mv -f -- "$tmp/kube-apiserver" "$assets/kube-apiserver"
		mv -f -- "$tmp/server" "$assets/etcd" # the package is called "server"
		printf '%s\n' "$want" >"$assets/.servers.stamp"
		cleanup
		tmp=
		say "kube-apiserver and etcd built in $((SECONDS - started)) s"
	fi
fi

if [ "$want_oracle" = 1 ]; then
	sources=("$here"/pss/go.mod "$here"/pss/go.sum "$here"/pss/*.go)
	flags=(-ldflags "-s -w")
	want=$(fingerprint "${flags[*]}" "${sources[@]}")
	if is_current .pss-oracle.stamp "$want" pss-oracle; then
		say "pss-oracle is current"
	else
		need_go "$here/pss"
		say "building pss-oracle"
		started=$SECONDS
		tmp=$(mktemp -d "$assets/.build.XXXXXX")
		run_go_build "$here/pss" "${flags[@]}" -o "$tmp/pss-oracle" .
		rm -f -- "$assets/.pss-oracle.stamp"
		mv -f -- "$tmp/pss-oracle" "$assets/pss-oracle"
		printf '%s\n' "$want" >"$assets/.pss-oracle.stamp"
		cleanup
		tmp=
		say "pss-oracle built in $((SECONDS - started)) s"
	fi
fi

if [ "$want_servers" = 1 ]; then
	printf 'kube-apiserver=%s\netcd=%s\n' "$server_dir/kube-apiserver" "$server_dir/etcd"
fi
if [ "$want_oracle" = 1 ]; then
	printf 'pss-oracle=%s\n' "$assets/pss-oracle"
fi
