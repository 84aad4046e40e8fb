/* exp, expm1, tanh and the logistic function without branches or calls, so that loops over them vectorise.
   Error about 2 ulp; NaN propagates; right at both ends of the range. Included once a precision. */

#if CK_IS_FLOAT
#define CK_INT int32_t
#define CK_MAGIC 12582912.0f         /* 1.5 · 2^23: adding it rounds to an integer in the low bits */
#define CK_MANTISSA 23
#define CK_BIAS 127
#define CK_EXP_HIGH 89.0f
#define CK_EXP_LOW -104.0f
#define CK_LN2_HIGH 0.693359375f
#define CK_LN2_LOW -2.12194440e-4f
#else
#define CK_INT int64_t
#define CK_MAGIC 6755399441055744.0  /* 1.5 · 2^52 */
#define CK_MANTISSA 52
#define CK_BIAS 1023
#define CK_EXP_HIGH 710.0
#define CK_EXP_LOW -746.0
#define CK_LN2_HIGH 6.93145751953125e-1
#define CK_LN2_LOW 1.42860682030941723212e-6
#endif

typedef union { CK_T value; CK_INT bits; } CK(word);

static CK_INLINE CK_T CK(power_of_two)(CK_INT n) {
    CK(word) word;
    word.bits = (n + CK_BIAS) << CK_MANTISSA;
    return word.value;
}

/* x = n·ln 2 + r with |r| ≤ ln 2 / 2; returns r. */
static CK_INLINE CK_T CK(reduce)(CK_T x, CK_INT *n) {
    CK(word) rounded, magic;
    magic.value = CK_MAGIC;
    rounded.value = x * (CK_T)1.44269504088896340736 + CK_MAGIC;
    *n = rounded.bits - magic.bits;
    CK_T whole = rounded.value - CK_MAGIC;
    return (x - whole * CK_LN2_HIGH) - whole * CK_LN2_LOW;
}

/* (e^r − 1 − r) / r² for |r| ≤ ln 2 / 2, by its power series. */
static CK_INLINE CK_T CK(exp_tail)(CK_T r) {
#if CK_IS_FLOAT
    CK_T p = (CK_T)(1.0 / 5040);
#else
    CK_T p = (CK_T)(1.0 / 6227020800);
    p = p * r + (CK_T)(1.0 / 479001600);
    p = p * r + (CK_T)(1.0 / 39916800);
    p = p * r + (CK_T)(1.0 / 3628800);
    p = p * r + (CK_T)(1.0 / 362880);
    p = p * r + (CK_T)(1.0 / 40320);
    p = p * r + (CK_T)(1.0 / 5040);
#endif
    p = p * r + (CK_T)(1.0 / 720);
    p = p * r + (CK_T)(1.0 / 120);
    p = p * r + (CK_T)(1.0 / 24);
    p = p * r + (CK_T)(1.0 / 6);
    return p * r + (CK_T)0.5;
}

static CK_INLINE CK_T CK(exp)(CK_T x) {
    /* Beyond these ends the result is ∞ or 0; the comparisons let NaN through. */
    x = x > CK_EXP_HIGH ? CK_EXP_HIGH : x;
    x = x < CK_EXP_LOW ? CK_EXP_LOW : x;
    CK_INT n;
    CK_T r = CK(reduce)(x, &n);
    CK_T p = r * r * CK(exp_tail)(r) + r + 1;
    /* In two factors, because 2^n itself can leave the range where the product does not. */
    CK_INT half = n >> 1;
    return p * CK(power_of_two)(half) * CK(power_of_two)(n - half);
}

static CK_INLINE CK_T CK(sigmoid)(CK_T x) { return 1 / (1 + CK(exp)(-x)); }

/* tanh x = m / (m + 2), m = e^{2|x|} − 1 without cancellation near 0. */
static CK_INLINE CK_T CK(tanh)(CK_T x) {
    CK_T twice = x < 0 ? -2 * x : 2 * x;
    twice = twice > 44 ? 44 : twice;
    CK_INT n;
    CK_T r = CK(reduce)(twice, &n);
    CK_T scale = CK(power_of_two)(n);
    CK_T m = scale * (r * r * CK(exp_tail)(r) + r) + (scale - 1);
    CK_T y = m / (m + 2);
    return x < 0 ? -y : y;
}

/* Φ(z), the normal distribution function; a call of the C library an element. */
static CK_INLINE CK_T CK(normal_cdf)(CK_T z) {
#if CK_IS_FLOAT
    return 0.5f * erfcf(z * -0.70710678118654752440f);
#else
    return 0.5 * erfc(z * -0.70710678118654752440);
#endif
}

static CK_INLINE CK_T CK(normal_density)(CK_T z) {
    return (CK_T)0.39894228040143267794 * CK(exp)((CK_T)-0.5 * z * z);
}

#undef CK_INT
#undef CK_MAGIC
#undef CK_MANTISSA
#undef CK_BIAS
#undef CK_EXP_HIGH
#undef CK_EXP_LOW
#undef CK_LN2_HIGH
#undef CK_LN2_LOW
