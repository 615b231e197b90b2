package audit.lib.hostpath

# What a pod's hostPath volumes show of the node, given its volumes and the volumeMounts of all containers: one element
# per volume and path, `{index, path, text, mounted, writable}`. `index` is the volume's, `text` is the path as written
# where that is the whole of it. A subPath counts as part of the path; a subPathExpr is unknown here and counts as the
# whole volume.
shown(volumes, mounts) := {element |
	some i
	volume := volumes[i]
	is_string(volume.hostPath.path)
	own := [mount | mount := mounts[_]; mount.name == volume.name]
	some path in paths(volume.hostPath.path, own)
	element := {
		"index": i,
		"path": path,
		"text": text(volume.hostPath.path, path),
		"mounted": count(own) > 0,
		"writable": path in paths_written(volume.hostPath.path, own),
	}
}

paths(base, own) := {clean(base)} if count(own) == 0

paths(base, own) := {clean(below(base, mount)) | some mount in own} if count(own) > 0

paths_written(base, own) := {clean(below(base, mount)) | some mount in own; not mount.readOnly == true}

text(base, path) := base if clean(base) == path

text(base, path) := path if clean(base) != path

below(base, mount) := sprintf("%s/%v", [base, object.get(mount, "subPath", "")])

# /var/run is a link to /run on every current node. What does not start with a slash is a Windows path or no path.
clean(path) := concat("", ["/run", substring(whole, 8, -1)]) if {
	startswith(path, "/")
	whole := k8s.path(path)
	under(whole, {"/var/run"})
}

clean(path) := whole if {
	startswith(path, "/")
	whole := k8s.path(path)
	not under(whole, {"/var/run"})
}

clean(path) := trim_suffix(lower(path), "/") if not startswith(path, "/")

under(path, roots) if {
	some root in roots
	startswith(sprintf("%s/", [path]), sprintf("%s/", [root]))
}

# Each element belongs to one class, and each class to one check.
class(element) := "runtime" if {
	runtime(element.path)
} else := "proc" if {
	under(element.path, {"/proc"})
} else := "sensitive" if {
	danger(element.path, element.writable)
} else := "writable" if {
	element.writable
} else := "plain"

# A directory that holds the socket is as good as the socket, and read-only makes no difference to either.
runtime(path) if {
	path in {"/run", "/run/containerd", "/run/crio", "/run/k0s", "/run/k3s", "/run/k3s/containerd", "/run/podman"}
}

runtime(path) if {
	some socket in {"buildkitd", "containerd", "cri-dockerd", "crio", "docker", "dockershim", "podman"}
	endswith(path, sprintf("/%s.sock", [socket]))
}

runtime(path) if startswith(path, `\\.\pipe\docker`)

runtime(path) if startswith(path, `\\.\pipe\containerd`)

# How bad a path of the node is in a container; undefined when it is no worse than any other. Some are as good as root
# on the node or in the cluster when read, some when written, and some give secrets of others away.
danger(path, writable) := "critical" if {
	keys(path)
} else := "critical" if {
	writable
	programs(path)
} else := "critical" if {
	writable
	private(path)
} else := "high" if {
	private(path)
} else := "high" if {
	path == "/dev"
}

keys(path) if path in {"/", "/etc", "/var", "/var/lib", "/var/lib/kubelet"}

# Root talks to systemd there.
keys(path) if path in {"/run/dbus", "/run/dbus/system_bus_socket", "/run/systemd", "/run/systemd/private"}

keys(path) if {
	under(path, {
		"/etc/kubernetes", "/var/lib/etcd", "/var/lib/k0s", "/var/lib/kubelet/pki", "/var/lib/kubelet/pods",
		"/var/lib/rancher",
	})
}

programs(path) if path in {"/opt", "/sys", "/sys/fs", "/var/spool"}

programs(path) if {
	under(path, {
		"/bin", "/boot", "/etc", "/lib", "/lib64", "/opt/cni", "/sbin", "/sys/fs/cgroup", "/sys/kernel", "/usr",
		"/var/lib/kubelet", "/var/spool/cron",
	})
	not under(path, {
		"/etc/hostname", "/etc/localtime", "/etc/machine-id", "/etc/os-release", "/etc/timezone", "/usr/share",
		"/var/lib/kubelet/device-plugins", "/var/lib/kubelet/plugins", "/var/lib/kubelet/plugins_registry",
		"/var/lib/kubelet/pod-resources",
	})
}

private(path) if {
	under(path, {
		"/etc/cni", "/etc/gshadow", "/etc/shadow", "/etc/ssh", "/etc/ssl/private", "/home", "/root",
		"/var/lib/containerd", "/var/lib/containers", "/var/lib/docker",
	})
	not under(path, {"/var/lib/docker/containers"})
}

# What every user of the node may read.
public(path) if {
	under(path, {
		"/etc/ca-certificates", "/etc/hostname", "/etc/localtime", "/etc/machine-id", "/etc/os-release",
		"/etc/pki/ca-trust", "/etc/ssl/certs", "/etc/timezone", "/usr/share",
	})
}

# How bad an element is, given how bad it is to root: one step less in a pod where no container runs as root. A volume
# that no container mounts is one edit, or one ephemeral container, away from what it would be.
severity(element, _, _) := "medium" if not element.mounted

severity(element, grade, rooted) := grade if {
	element.mounted
	rooted
}

severity(element, grade, rooted) := {"critical": "high", "high": "medium", "medium": "low"}[grade] if {
	element.mounted
	not rooted
}
