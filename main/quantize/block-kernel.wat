;; Quantizes blocks of float32 to 4- or 8-bit codes. The specification is block-reference.ts; this gives the same bits with SIMD.
;; Sums keep four lanes, (l0 + l1) + (l2 + l3) at the end, so that the order of additions is one and the same everywhere.
;; No relaxed operation is used: the result is that of IEEE 754 on every machine.
(module
  (memory (export "memory") 32)

  ;; quantize(input, blocks, blockSize, bits, symmetric, factors, factorCount, packed, scales, zeroPoints)
  ;;   input      float32 [blocks, blockSize]; overwritten with values in units of the first scale
  ;;   factors    float32 [factorCount], the candidates; the first is 1
  ;;   packed     uint8 [blocks, blockSize * bits / 8], low nibble first
  ;;   scales     float32 [blocks]
  ;;   zeroPoints uint8 [blocks], one byte each whatever the bits
  (func (export "quantize")
    (param $input i32) (param $blocks i32) (param $blockSize i32) (param $bits i32) (param $symmetric i32)
    (param $factors i32) (param $factorCount i32) (param $packed i32) (param $scales i32) (param $zeroPoints i32)
    (local $end i32) (local $p i32) (local $block i32) (local $candidate i32)
    (local $min v128) (local $max v128) (local $v v128) (local $q v128) (local $qy v128) (local $qq v128)
    (local $lowest f32) (local $highest f32) (local $extreme f32) (local $toCode f32) (local $fromCode f32)
    (local $levels f32) (local $zero f32) (local $low v128) (local $high v128) (local $factor v128)
    (local $sumQy f32) (local $sumQq f32) (local $score f32) (local $bestScore f32) (local $bestFactor f32) (local $bestScale f32)
    (local $zero4 v128) (local $c0 v128) (local $c1 v128)
    (local.set $levels (select (f32.const 15) (f32.const 255) (i32.eq (local.get $bits) (i32.const 4))))
    (local.set $block (i32.const 0))
    (block $done
      (loop $eachBlock
        (br_if $done (i32.ge_u (local.get $block) (local.get $blocks)))
        (local.set $end (i32.add (local.get $input) (i32.shl (local.get $blockSize) (i32.const 2))))

        ;; the block's extremes
        (local.set $min (v128.load (local.get $input)))
        (local.set $max (local.get $min))
        (local.set $p (i32.add (local.get $input) (i32.const 16)))
        (loop $extremes
          (local.set $v (v128.load (local.get $p)))
          (local.set $min (f32x4.pmin (local.get $min) (local.get $v)))
          (local.set $max (f32x4.pmax (local.get $max) (local.get $v)))
          (local.set $p (i32.add (local.get $p) (i32.const 16)))
          (br_if $extremes (i32.lt_u (local.get $p) (local.get $end))))
        (local.set $lowest (f32.min (f32.min (f32x4.extract_lane 0 (local.get $min)) (f32x4.extract_lane 1 (local.get $min)))
                                    (f32.min (f32x4.extract_lane 2 (local.get $min)) (f32x4.extract_lane 3 (local.get $min)))))
        (local.set $highest (f32.max (f32.max (f32x4.extract_lane 0 (local.get $max)) (f32x4.extract_lane 1 (local.get $max)))
                                     (f32.max (f32x4.extract_lane 2 (local.get $max)) (f32x4.extract_lane 3 (local.get $max)))))

        ;; values → codes: symmetric maps the value of largest magnitude to the lowest code
        (if (local.get $symmetric)
          (then
            (local.set $zero (f32.mul (f32.add (local.get $levels) (f32.const 1)) (f32.const 0.5)))
            (local.set $extreme (select (local.get $highest) (local.get $lowest) (f32.gt (local.get $highest) (f32.neg (local.get $lowest)))))
            (local.set $fromCode (f32.div (local.get $extreme) (f32.neg (local.get $zero)))))
          (else
            (local.set $lowest (f32.min (local.get $lowest) (f32.const 0)))
            (local.set $highest (f32.max (local.get $highest) (f32.const 0)))
            ;; divided before subtracting: the difference of two huge values would overflow
            (local.set $fromCode (f32.sub (f32.div (local.get $highest) (local.get $levels)) (f32.div (local.get $lowest) (local.get $levels))))))
        (local.set $toCode (f32.div (f32.const 1) (local.get $fromCode)))

        (if (f32.lt (f32.abs (local.get $fromCode)) (f32.const 0x1p-126))
          (then
            ;; nothing that a scale could hold: zeros
            (local.set $bestScale (f32.const 0))
            (local.set $bestFactor (f32.const 0))
            (local.set $toCode (f32.const 0))
            (if (i32.eqz (local.get $symmetric)) (then (local.set $zero (f32.const 0)))))
          (else
            (if (i32.eqz (local.get $symmetric))
              (then (local.set $zero (f32.nearest (f32.neg (f32.mul (local.get $lowest) (local.get $toCode)))))))
            (local.set $bestScore (f32.const -1))))

        (local.set $low (f32x4.splat (f32.neg (local.get $zero))))
        (local.set $high (f32x4.splat (f32.sub (local.get $levels) (local.get $zero))))

        ;; in units of the first scale, in place
        (local.set $factor (f32x4.splat (local.get $toCode)))
        (local.set $p (local.get $input))
        (loop $scaled
          (v128.store (local.get $p) (f32x4.mul (v128.load (local.get $p)) (local.get $factor)))
          (local.set $p (i32.add (local.get $p) (i32.const 16)))
          (br_if $scaled (i32.lt_u (local.get $p) (local.get $end))))

        ;; least squares over the candidates: with codes q, the best scale is Σqy/Σqq and the error falls with (Σqy)²/Σqq
        (if (f32.ne (local.get $toCode) (f32.const 0))
          (then
            (local.set $candidate (i32.const 0))
            (loop $eachCandidate
              (local.set $factor (v128.load32_splat (i32.add (local.get $factors) (i32.shl (local.get $candidate) (i32.const 2)))))
              (local.set $qy (v128.const f32x4 0 0 0 0))
              (local.set $qq (v128.const f32x4 0 0 0 0))
              (local.set $p (local.get $input))
              (loop $sums
                (local.set $v (v128.load (local.get $p)))
                (local.set $q (f32x4.pmax (local.get $low) (f32x4.pmin (local.get $high) (f32x4.nearest (f32x4.mul (local.get $v) (local.get $factor))))))
                (local.set $qy (f32x4.add (local.get $qy) (f32x4.mul (local.get $q) (local.get $v))))
                (local.set $qq (f32x4.add (local.get $qq) (f32x4.mul (local.get $q) (local.get $q))))
                (local.set $p (i32.add (local.get $p) (i32.const 16)))
                (br_if $sums (i32.lt_u (local.get $p) (local.get $end))))
              (local.set $sumQy (f32.add (f32.add (f32x4.extract_lane 0 (local.get $qy)) (f32x4.extract_lane 1 (local.get $qy)))
                                         (f32.add (f32x4.extract_lane 2 (local.get $qy)) (f32x4.extract_lane 3 (local.get $qy)))))
              (local.set $sumQq (f32.add (f32.add (f32x4.extract_lane 0 (local.get $qq)) (f32x4.extract_lane 1 (local.get $qq)))
                                         (f32.add (f32x4.extract_lane 2 (local.get $qq)) (f32x4.extract_lane 3 (local.get $qq)))))
              (local.set $score (f32.div (f32.mul (local.get $sumQy) (local.get $sumQy)) (local.get $sumQq)))
              (if (f32.gt (local.get $score) (local.get $bestScore))
                (then
                  (local.set $bestScore (local.get $score))
                  (local.set $bestFactor (f32x4.extract_lane 0 (local.get $factor)))
                  (local.set $bestScale (f32.mul (f32.div (local.get $sumQy) (local.get $sumQq)) (local.get $fromCode)))))
              (local.set $candidate (i32.add (local.get $candidate) (i32.const 1)))
              (br_if $eachCandidate (i32.lt_u (local.get $candidate) (local.get $factorCount))))))

        (f32.store (local.get $scales) (local.get $bestScale))
        (i32.store8 (local.get $zeroPoints) (i32.trunc_sat_f32_u (local.get $zero)))

        ;; codes of the best candidate, 16 at a time
        (local.set $factor (f32x4.splat (local.get $bestFactor)))
        (local.set $zero4 (f32x4.splat (local.get $zero)))
        (local.set $p (local.get $input))
        (loop $codes
          (local.set $c0 (i16x8.narrow_i32x4_s
            (i32x4.trunc_sat_f32x4_s (f32x4.add (local.get $zero4) (f32x4.pmax (local.get $low) (f32x4.pmin (local.get $high) (f32x4.nearest (f32x4.mul (v128.load (local.get $p)) (local.get $factor)))))))
            (i32x4.trunc_sat_f32x4_s (f32x4.add (local.get $zero4) (f32x4.pmax (local.get $low) (f32x4.pmin (local.get $high) (f32x4.nearest (f32x4.mul (v128.load offset=16 (local.get $p)) (local.get $factor)))))))))
          (local.set $c1 (i16x8.narrow_i32x4_s
            (i32x4.trunc_sat_f32x4_s (f32x4.add (local.get $zero4) (f32x4.pmax (local.get $low) (f32x4.pmin (local.get $high) (f32x4.nearest (f32x4.mul (v128.load offset=32 (local.get $p)) (local.get $factor)))))))
            (i32x4.trunc_sat_f32x4_s (f32x4.add (local.get $zero4) (f32x4.pmax (local.get $low) (f32x4.pmin (local.get $high) (f32x4.nearest (f32x4.mul (v128.load offset=48 (local.get $p)) (local.get $factor)))))))))
          (local.set $v (i8x16.narrow_i16x8_u (local.get $c0) (local.get $c1)))
          (if (i32.eq (local.get $bits) (i32.const 4))
            (then
              ;; a pair of bytes (c0, c1) is the 16-bit c0 | c1 << 8; its low byte becomes c0 | c1 << 4
              (local.set $v (v128.and (v128.or (local.get $v) (i16x8.shr_u (local.get $v) (i32.const 4))) (v128.const i16x8 255 255 255 255 255 255 255 255)))
              (v128.store64_lane 0 (local.get $packed) (i8x16.narrow_i16x8_u (local.get $v) (local.get $v)))
              (local.set $packed (i32.add (local.get $packed) (i32.const 8))))
            (else
              (v128.store (local.get $packed) (local.get $v))
              (local.set $packed (i32.add (local.get $packed) (i32.const 16)))))
          (local.set $p (i32.add (local.get $p) (i32.const 64)))
          (br_if $codes (i32.lt_u (local.get $p) (local.get $end))))

        (local.set $input (local.get $end))
        (local.set $scales (i32.add (local.get $scales) (i32.const 4)))
        (local.set $zeroPoints (i32.add (local.get $zeroPoints) (i32.const 1)))
        (local.set $block (i32.add (local.get $block) (i32.const 1)))
        (br $eachBlock)))))
