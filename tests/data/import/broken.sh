torchrun --nnodes 4 --nproc-per-node 8 pretrain_gpt.py \
  --num-layers 32 --hidden-size 4096 --num-attention-heads 32 --vocab-size 32000 \
  --seq-length 8192 --max-position-embeddings 4096 \
  --micro-batch-size 1 --global-batch-size 256 --micro-batch-size 2 \
  --tensor-model-parallel-size $TENSOR --pipeline-model-parallel-size four \
  --num-virtual-stages-per-pipeline-rank 2 --num-layers-per-virtual-pipeline-stage 4 \
  --train-iters 1000 --train-samples 100000 \
  --bf16 --fp16 --overlap-grad-reducee
