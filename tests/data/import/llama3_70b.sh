#!/bin/bash
# Llama 3 70B on 16 nodes of 8 GPUs, as one would write it for torchrun.
set -e
export CUDA_DEVICE_MAX_CONNECTIONS=1

GPUS_PER_NODE=8
NNODES=${NNODES:-16}
NODE_RANK=${SLURM_NODEID}
TP=8
PP=4
SEQ=$((8 * 1024))
WORLD_SIZE=$((GPUS_PER_NODE * NNODES))

DISTRIBUTED_ARGS=(
    --nproc_per_node $GPUS_PER_NODE
    --nnodes $NNODES
    --node_rank $NODE_RANK          # differs on each node
    --master_addr $MASTER_ADDR
)
GPT_MODEL_ARGS=(
    --num-layers 80 --hidden-size 8192 --ffn-hidden-size 28672
    --num-attention-heads 64 --group-query-attention --num-query-groups 8
    --swiglu --position-embedding-type rope --max-position-embeddings "$SEQ"
    --untie-embeddings-and-output-weights --vocab-size 128256
    --seq-length ${SEQ}
)
MODEL_PARALLEL_ARGS="--tensor-model-parallel-size $TP --pipeline-model-parallel-size ${PP} \
    --num-layers-per-virtual-pipeline-stage 5 --sequence-parallel"
TRAINING_ARGS=(
    --micro-batch-size 1 --global-batch-size 512
    --train-iters 100000
    --lr 1.5e-4 --weight-decay 0.1
    --bf16 --use-distributed-optimizer --overlap-grad-reduce --overlap-param-gather
    --attention-backend fused
)
if [ "$DEBUG" = 1 ]; then
    TRAINING_ARGS+=(--recompute-granularity full)
fi
OUTPUT_ARGS=(--save-interval 500 --save $CHECKPOINTS --async-save --tensorboard-dir `pwd`/logs)

torchrun "${DISTRIBUTED_ARGS[@]}" pretrain_gpt.py \
    "${GPT_MODEL_ARGS[@]}" \
    $MODEL_PARALLEL_ARGS \
    ${TRAINING_ARGS[@]} "${OUTPUT_ARGS[@]}" \
    $EXTRA_ARGS 2>&1 | tee train.log
