# shellcheck shell=bash
# What the launch scripts share: sourced, not run. The names below are for them:
#   instance              name in the catalogue: p5.48xlarge
#   accelerators          of an instance, and so ranks on it; 0: processors only
#   interfaces            EFA interfaces of an instance
#   largest               message of the sweep: where bandwidths are flat, and two fit in memory
#   back_end              whose collectives training uses there

say() { printf 'sextant-comm: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }

# The instance type of this machine, as EC2's Nitro hosts tell it; empty elsewhere.
this_instance() {
  local product=/sys/devices/virtual/dmi/id/product_name
  if [[ -r $product ]]; then sed -n '/^[a-z][a-z0-9-]*\.[a-z0-9-]*$/p' "$product"; fi
}

# look_up INSTANCE: sets the five names. What stands here stands in models/instances, too: a test
# compares them.
look_up() {
  instance=${1#ml.}
  accelerators=8 largest=8GiB back_end=nccl
  case $instance in
    p4d.24xlarge | p4de.24xlarge) interfaces=4 largest=4GiB ;;
    p5.48xlarge | p5e.48xlarge) interfaces=32 ;;
    p5en.48xlarge) interfaces=16 ;;
    p6-b200.48xlarge) interfaces=8 largest=16GiB ;;
    p6-b300.48xlarge) interfaces=16 largest=16GiB ;;
    trn* | inf*)
      die "$instance has Neuron cores, and the NCCL back end is for GPUs: measure it with" \
        "nccom-test and read its output with 'sextant calibrate ingest'" ;;
    hpc* | c[0-9]* | m[0-9]* | r[0-9]*)
      accelerators=0 interfaces=1 largest=256MiB back_end=mpi ;;
    '') die "which instances are these? Set SEXTANT_INSTANCE=p5.48xlarge, for example" ;;
    *)
      accelerators=${SEXTANT_RANKS_PER_NODE:-} interfaces=${SEXTANT_EFA:-} largest=4GiB
      [[ $accelerators && $interfaces ]] || die "$instance is not known here: set" \
        "SEXTANT_RANKS_PER_NODE (its GPUs, 0 if it has none) and SEXTANT_EFA (EFA interfaces)"
      if ((accelerators == 0)); then largest=256MiB back_end=mpi; fi ;;
  esac
  largest=${SEXTANT_LARGEST:-$largest}
  back_end=${SEXTANT_BACKEND:-$back_end}
}

# Sets what EFA and NCCL need, and nothing that newer plugins choose better by themselves. Warns of
# what shells and images still set from older guides: it would be measured, too.
set_environment() {
  local name
  for name in NCCL_ALGO NCCL_PROTO NCCL_BUFFSIZE NCCL_MIN_NCHANNELS NCCL_MAX_NCHANNELS \
    NCCL_P2P_NET_CHUNKSIZE NCCL_NVLS_ENABLE RDMAV_FORK_SAFE FI_EFA_USE_DEVICE_RDMA; do
    if [[ -v $name ]]; then
      say "note: $name=${!name} is set and will shape what is measured; 'unset $name' unless" \
        "training runs with it"
    fi
  done
  if ((interfaces > 0)) && [[ -e /dev/infiniband || -e /opt/amazon/efa ]]; then
    export FI_PROVIDER=${FI_PROVIDER:-efa}  # fails where EFA does not work, rather than fall back
  fi
  export NCCL_SOCKET_IFNAME=${NCCL_SOCKET_IFNAME:-^docker,lo,veth}
}

# The variables that every rank needs, as names: what shapes communication, and where libraries are.
passed_variables() { compgen -e | grep -E '^((NCCL|FI|OFI)_.*|PATH|LD_LIBRARY_PATH)$'; }

# nccl_logs FOLDER: NCCL tells there, rank by rank, what it found: plugin, provider, cards. Not if
# the user has asked for its words elsewhere.
nccl_logs() {
  [[ ! ${NCCL_DEBUG:-} && $back_end == nccl ]] || return 0
  mkdir -p "$1"
  export NCCL_DEBUG=INFO NCCL_DEBUG_SUBSYS=INIT,NET,ENV NCCL_DEBUG_FILE="$1/%h-%p.log"
}

# next_steps DOCUMENT LOGS: what to do with what was measured. The log of one rank, if there are
# any in the folder LOGS, says what the document does not.
next_steps() {
  local base=reference log=''
  if [[ -d $2 ]]; then log=$(find "$2" -name '*.log' | sort | sed -n 1p); fi
  if ((accelerators == 0)); then base=cpu; fi
  cat >&2 <<END
sextant-comm: measured: $1
  is the cluster healthy?      ./sextant calibrate check $1${log:+ $log}
  coefficients from it         ./sextant calibrate fit $1 --instance $instance \\
                                 --base $base --output models/calibrations/mine.json
  a forecast with them         ./sextant plan SCENARIO.json      ("calibration": "mine" in it)
END
}
