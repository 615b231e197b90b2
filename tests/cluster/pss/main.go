// Command pss-oracle answers what Kubernetes itself makes of an input, so that
// the tests can compare kube-audit with it. It reads one JSON object per line
// on stdin and writes one JSON object per line, in the same order, on stdout.
//
//	pss-oracle              Pod Security Standards
//	  in   {"id": any, "level": "baseline", "version": "v1.25", "pod": {"metadata": {}, "spec": {}}}
//	  out  {"id": any, "allowed": false, "checks": [{"id": "...", "forbidden_reason": "...", "forbidden_detail": "..."}]}
//	pss-oracle -yaml        documents of a manifest, as kubectl splits and converts it
//	  in   {"id": any, "yaml": "text"}  or  {"id": any, "yaml_base64": "bytes"}
//	  out  {"id": any, "documents": [...], "empty": 0}
//	pss-oracle -quantity    resource quantities
//	  in   {"id": any, "quantity": "1.5Gi"}  or  {"id": any, "json": 1.5}
//	  out  {"id": any, "value": "1610612736", "canonical": "1536Mi"}
//
// An input that Kubernetes refuses gives {"id": any, "error": "..."}; the
// stream goes on with the next line. The exit code is 0 at the end of the
// input, 2 for wrong arguments and 3 when an assertion of the oracle itself
// fails (see evaluate).
//
// # Pod Security: what is and is not done
//
// "level" is privileged, baseline or restricted; "version" is "v1.N" or
// "latest" (also when absent); a version newer than every check is the newest,
// as in Kubernetes. "checks" holds the forbidden checks only, in the order in
// which Kubernetes reports them. -emulate v1.36 hides what is newer than that
// minor version, as an API server of that version does: its "latest" is 1.36.
//
// The pod is decoded as the API server decodes it: case-sensitive names,
// unknown fields ignored, wrong types refused. It is not validated, and it is
// NOT defaulted. An API server applies defaults before Pod Security sees the
// pod, and three of them change the answer:
//
//   - a volume without a source becomes an emptyDir. Without this default
//     restrictedVolumes forbids it;
//   - with hostNetwork, hostPort defaults to containerPort in containers and
//     initContainers. With this default hostPorts is forbidden as well
//     (hostNamespaces is in either case). It holds for pods only, not for the
//     templates of Deployments and the like;
//   - AppArmor profiles of annotations are copied to fields. This changes only
//     the texts of appArmorProfile, not whether it is forbidden.
//
// "defaults": true in a request applies the first two. Admission plugins that
// change pods (ServiceAccount, LimitRanger...) and the exemptions of the
// admission configuration are out of scope, too.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

func main() {
	yamlMode := flag.Bool("yaml", false, "split and convert manifests")
	quantityMode := flag.Bool("quantity", false, "parse resource quantities")
	emulate := flag.String("emulate", "", "newest Pod Security version to know, such as `v1.36` (default: all)")
	flag.Parse()
	if flag.NArg() > 0 || (*yamlMode && *quantityMode) || (*emulate != "" && (*yamlMode || *quantityMode)) {
		flag.Usage()
		os.Exit(2)
	}

	var answer func(line []byte) (any, error)
	switch {
	case *yamlMode:
		answer = answerYAML
	case *quantityMode:
		answer = answerQuantity
	default:
		oracle, err := newOracle(*emulate)
		if err != nil {
			fmt.Fprintln(os.Stderr, "pss-oracle:", err)
			os.Exit(2)
		}
		answer = oracle.answer
	}
	if err := serve(os.Stdin, os.Stdout, answer); err != nil {
		fmt.Fprintln(os.Stderr, "pss-oracle:", err)
		os.Exit(3)
	}
}

// assertion is a contradiction inside the oracle; it ends the program.
type assertion struct{ error }

// serve answers line by line. The output is flushed whenever no further input
// is waiting, so a caller may ask one question at a time over a pipe.
func serve(r io.Reader, w io.Writer, answer func([]byte) (any, error)) error {
	in := bufio.NewReaderSize(r, 1<<16)
	out := bufio.NewWriterSize(w, 1<<16)
	encoder := json.NewEncoder(out) // one line per value
	encoder.SetEscapeHTML(false)
	for {
		line, readErr := in.ReadBytes('\n')
		if readErr != nil && readErr != io.EOF {
			return readErr
		}
		if len(bytes.TrimSpace(line)) > 0 {
			reply, err := guarded(line, answer)
			if a := (assertion{}); errors.As(err, &a) {
				return errors.Join(out.Flush(), a)
			}
			if err != nil {
				reply = map[string]any{"error": err.Error()}
			}
			if err := encoder.Encode(withID(line, reply)); err != nil {
				return err
			}
		}
		if readErr == io.EOF || in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
		if readErr == io.EOF {
			return nil
		}
	}
}

// guarded turns a panic of a library into an answer.
func guarded(line []byte, answer func([]byte) (any, error)) (reply any, err error) {
	defer func() {
		if p := recover(); p != nil {
			reply, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	return answer(line)
}

// withID puts the id of the request, as it was written, first in the reply.
func withID(line []byte, reply any) json.RawMessage {
	var request struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(line, &request) != nil || request.ID == nil {
		request.ID = json.RawMessage("null")
	}
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(reply); err != nil {
		body.Reset()
		_ = encoder.Encode(map[string]string{"error": "cannot write the answer: " + err.Error()})
	}
	text := bytes.TrimSpace(body.Bytes())
	result := append([]byte(`{"id":`), request.ID...)
	if len(text) > len("{}") {
		result = append(result, ',')
	}
	return append(result, text[1:]...)
}

func decodeRequest(line []byte, into any) error {
	if err := json.Unmarshal(line, into); err != nil {
		return fmt.Errorf("request: %w", err)
	}
	return nil
}

// Pod Security Standards

type oracle struct {
	checks    []policy.Check
	reference policy.Evaluator
	newest    api.Version
}

func newOracle(emulate string) (*oracle, error) {
	var emulated *api.Version
	if emulate != "" {
		version, err := api.ParseVersion(emulate)
		if err != nil || version.Latest() {
			return nil, fmt.Errorf("-emulate %q: must be v1.N", emulate)
		}
		emulated = &version
	}
	reference, err := policy.NewEvaluator(policy.DefaultChecks(), emulated)
	if err != nil {
		return nil, err
	}
	o := &oracle{checks: policy.DefaultChecks(), reference: reference}
	for _, check := range o.checks {
		for _, versioned := range check.Versions {
			if o.newest.Older(versioned.MinimumVersion) {
				o.newest = versioned.MinimumVersion
			}
		}
	}
	if emulated != nil && emulated.Older(o.newest) {
		o.newest = *emulated
	}
	return o, nil
}

type podReply struct {
	Allowed bool             `json:"allowed"`
	Checks  []forbiddenCheck `json:"checks"`
}

type forbiddenCheck struct {
	ID     string `json:"id"`
	Reason string `json:"forbidden_reason"`
	Detail string `json:"forbidden_detail"`
}

func (o *oracle) answer(line []byte) (any, error) {
	var request struct {
		Level    string          `json:"level"`
		Version  string          `json:"version"`
		Defaults bool            `json:"defaults"`
		Pod      json.RawMessage `json:"pod"`
	}
	if err := decodeRequest(line, &request); err != nil {
		return nil, err
	}
	level, err := api.ParseLevel(request.Level)
	if err != nil {
		return nil, fmt.Errorf("level %q: %w", request.Level, err)
	}
	version := api.LatestVersion()
	if request.Version != "" {
		if version, err = api.ParseVersion(request.Version); err != nil {
			return nil, fmt.Errorf("version %q: %w", request.Version, err)
		}
	}
	if len(request.Pod) == 0 || string(request.Pod) == "null" {
		return nil, errors.New("pod: missing")
	}
	var pod corev1.Pod
	if err := utiljson.Unmarshal(request.Pod, &pod); err != nil {
		return nil, fmt.Errorf("pod: %w", err)
	}
	if request.Defaults {
		applyDefaults(&pod)
	}
	return o.evaluate(api.LevelVersion{Level: level, Version: version}, &pod.ObjectMeta, &pod.Spec)
}

// applyDefaults applies the API defaults that Pod Security can see.
func applyDefaults(pod *corev1.Pod) {
	for i := range pod.Spec.Volumes {
		if pod.Spec.Volumes[i].VolumeSource == (corev1.VolumeSource{}) {
			pod.Spec.Volumes[i].EmptyDir = &corev1.EmptyDirVolumeSource{}
		}
	}
	if pod.Spec.HostNetwork {
		for _, containers := range [][]corev1.Container{pod.Spec.Containers, pod.Spec.InitContainers} {
			for i := range containers {
				for j := range containers[i].Ports {
					if port := &containers[i].Ports[j]; port.HostPort == 0 {
						port.HostPort = port.ContainerPort
					}
				}
			}
		}
	}
}

// evaluate runs the checks one by one, because the evaluator of Kubernetes does
// not say which check a result belongs to, then runs that evaluator as well.
// Both must give the same results in the same order.
func (o *oracle) evaluate(lv api.LevelVersion, metadata *metav1.ObjectMeta, spec *corev1.PodSpec) (any, error) {
	var results []policy.CheckResult
	reply := podReply{Allowed: true, Checks: []forbiddenCheck{}}
	for _, check := range o.selectChecks(lv) {
		result := check.versioned.CheckPod(metadata, spec)
		results = append(results, result)
		if !result.Allowed {
			reply.Allowed = false
			reply.Checks = append(reply.Checks, forbiddenCheck{string(check.id), result.ForbiddenReason, result.ForbiddenDetail})
		}
	}

	reference := o.reference.EvaluatePod(lv, metadata, spec)
	if policy.AggregateCheckResults(reference).Allowed != reply.Allowed || !reflect.DeepEqual(reference, results) {
		return nil, assertion{fmt.Errorf("assertion failed at %s: check by check %+v, evaluator %+v", lv.String(), results, reference)}
	}
	return reply, nil
}

type selectedCheck struct {
	id        policy.CheckID
	versioned policy.VersionedCheck
}

// selectChecks returns the checks of a level at a version: of each check the
// newest definition that is not newer than the version, without the baseline
// checks that a selected restricted check overrides. Baseline comes first;
// each half is ordered by id.
func (o *oracle) selectChecks(lv api.LevelVersion) []selectedCheck {
	if lv.Level == api.LevelPrivileged {
		return nil
	}
	version := lv.Version
	if o.newest.Older(version) {
		version = o.newest
	}
	var baseline, restricted []selectedCheck
	overridden := map[policy.CheckID]bool{}
	for _, check := range o.checks {
		if check.Level == api.LevelRestricted && lv.Level != api.LevelRestricted {
			continue
		}
		current := -1
		for i, versioned := range check.Versions {
			if !version.Older(versioned.MinimumVersion) {
				current = i
			}
		}
		if current < 0 {
			continue
		}
		selected := selectedCheck{check.ID, check.Versions[current]}
		if check.Level == api.LevelRestricted {
			restricted = append(restricted, selected)
			for _, id := range selected.versioned.OverrideCheckIDs {
				overridden[id] = true
			}
		} else {
			baseline = append(baseline, selected)
		}
	}
	baseline = slices.DeleteFunc(baseline, func(c selectedCheck) bool { return overridden[c.id] })
	byID := func(a, b selectedCheck) int { return strings.Compare(string(a.id), string(b.id)) }
	slices.SortFunc(baseline, byID)
	slices.SortFunc(restricted, byID)
	return append(baseline, restricted...)
}

// Manifests

// answerYAML does what "kubectl apply -f" does between a file and its objects:
// a byte order mark selects the encoding (UTF-8 without one; invalid UTF-8
// becomes U+FFFD), a stream that starts with "{" is tried as JSON first, a line
// that starts with "---" separates YAML documents, and each of them is
// converted by sigs.k8s.io/yaml, not strictly: of duplicate keys the last one
// counts. Documents without content or with the value null are only counted, in
// "empty". JSON documents are passed on as they are written, duplicate keys
// included. The first error ends a stream; what came before it, and what
// kubectl would already have processed, is in "documents_before_error".
func answerYAML(line []byte) (any, error) {
	var request struct {
		YAML   *string `json:"yaml"`
		Base64 *string `json:"yaml_base64"`
	}
	if err := decodeRequest(line, &request); err != nil {
		return nil, err
	}
	var input []byte
	switch {
	case request.YAML != nil && request.Base64 == nil:
		input = []byte(*request.YAML)
	case request.Base64 != nil && request.YAML == nil:
		var err error
		if input, err = base64.StdEncoding.DecodeString(*request.Base64); err != nil {
			return nil, fmt.Errorf("request: yaml_base64: %w", err)
		}
	default:
		return nil, errors.New("request: one of yaml and yaml_base64 is needed")
	}

	// As k8s.io/cli-runtime/pkg/resource: FileVisitor, StreamVisitor.
	decoded := transform.NewReader(bytes.NewReader(input), unicode.BOMOverride(unicode.UTF8.NewDecoder()))
	documents, empty := []json.RawMessage{}, 0
	decoder := utilyaml.NewYAMLOrJSONDecoder(decoded, 4096)
	for {
		var document runtime.RawExtension
		if err := decoder.Decode(&document); err == io.EOF {
			return map[string]any{"documents": documents, "empty": empty}, nil
		} else if err != nil {
			return map[string]any{"error": err.Error(), "documents_before_error": documents}, nil
		}
		raw := bytes.TrimSpace(document.Raw)
		if len(raw) == 0 || string(raw) == "null" {
			empty++
			continue
		}
		documents = append(documents, slices.Clone(raw))
	}
}

// Quantities

// answerQuantity parses with resource.ParseQuantity ("quantity") or as a field
// of an API object ("json": also numbers, null, surrounding white space). Like
// Kubernetes it rounds away from zero at 1n, and caps binary quantities at
// 2^63-1 when they are outside the fast path of the parser.
func answerQuantity(line []byte) (any, error) {
	var request struct {
		Quantity *string         `json:"quantity"`
		JSON     json.RawMessage `json:"json"`
	}
	if err := decodeRequest(line, &request); err != nil {
		return nil, err
	}
	var quantity resource.Quantity
	switch {
	case request.Quantity != nil && request.JSON == nil:
		parsed, err := resource.ParseQuantity(*request.Quantity)
		if err != nil {
			return nil, err
		}
		quantity = parsed
	case request.JSON != nil && request.Quantity == nil:
		if err := utiljson.Unmarshal(request.JSON, &quantity); err != nil {
			return nil, err
		}
	default:
		return nil, errors.New("request: one of quantity and json is needed")
	}
	canonical := quantity.String() // before AsDec, which changes the quantity
	exact := quantity.AsDec()
	if exact.Scale() < -1000 {
		return nil, errors.New("oracle: more than 1000 digits")
	}
	value := exact.String()
	if strings.Contains(value, ".") {
		value = strings.TrimRight(strings.TrimRight(value, "0"), ".")
	}
	return map[string]any{"value": value, "canonical": canonical}, nil
}
