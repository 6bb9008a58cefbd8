/**
 * The letters in which comments state shapes.
 *
 *   T  new tokens of a step            S  tokens already cached          M  rows of logits wanted
 *   V  vocabulary                      D  hidden_size                    H  query heads
 *   N  qk_nope_head_dim                P  qk_rope_head_dim               R  kv_lora_rank
 *   E  routed experts                  K  experts per token              I  width of an MLP or expert
 *   G  query heads that share a KV head; or groups of experts, where a router is meant
 *
 * Weights are [rows, columns] with y = W·x, as checkpoints store them.
 */
export type ShapeSymbol = "T" | "S" | "M" | "V" | "D" | "H" | "N" | "P" | "R" | "E" | "K" | "I" | "G";
