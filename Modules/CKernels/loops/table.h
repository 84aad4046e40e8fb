/* All loops of one precision at one level, and the table of them. */

#include "vector.h"
#include "vector_math.h"
#include "activation.h"
#include "batch_norm.h"
#include "vectors.h"
#include "optimizers.h"
#include "products.h"
#include "softmax.h"
#include "logistic.h"
#include "serving.h"
#include "column_dots.h"
#include "columns.h"
#include "sparse.h"
#include "active_set.h"

const CK(kernels) CK_TABLE = {
    .panel = CK(panel),
    .panel_product = CK(panel_product),
    .panel_update = CK(panel_update),
    .bias_activate = CK(bias_activate),
    .activation_gradient = CK(activation_gradient),
    .column_sums = CK(column_sums),
    .moments = CK(moments),
    .normalize = CK(normalize),
    .normalize_gradient_sums = CK(normalize_gradient_sums),
    .normalize_gradient = CK(normalize_gradient),
    .merge_moments = CK(merge_moments),
    .merge_gradients = CK(merge_gradients),
    .dense_row = CK(dense_row),
    .dense_narrow = CK(dense_narrow),
    .softmax_padded = CK(softmax_padded),
    .standardize_floats = CK(standardize_floats),
    .standardize_doubles = CK(standardize_doubles),
    .softmax = CK(softmax),
    .cross_entropy = CK(cross_entropy),
    .dropout = CK(dropout),
    .logistic = CK(logistic),
    .column_dots = CK(column_dots),
    .column_add = CK(column_add),
    .column_copy = CK(column_copy),
    .column_gather = CK(column_gather),
    .column_moments = CK(column_moments),
    .column_center = CK(column_center),
    .row_means = CK(row_means),
    .transpose = CK(transpose),
    .sparse_dots = CK(sparse_dots),
    .sparse_add = CK(sparse_add),
    .sparse_gather = CK(sparse_gather),
    .sparse_moments = CK(sparse_moments),
    .sum_of_squares = CK(sum_of_squares),
    .sum_of_magnitudes = CK(sum_of_magnitudes),
    .largest_magnitude = CK(largest_magnitude),
    .count_zeros = CK(count_zeros),
    .first_non_finite = CK(first_non_finite),
    .flush_subnormals = CK(flush_subnormals),
    .scale = CK(scale),
    .soft_threshold = CK(soft_threshold),
    .sgd = CK(sgd),
    .momentum = CK(momentum),
    .nesterov = CK(nesterov),
    .rmsprop = CK(rmsprop),
    .adagrad = CK(adagrad),
    .adam = CK(adam),
    .subtract_columns = CK(subtract_columns),
    .subtract_combinations = CK(subtract_combinations),
    .cholesky_delete = CK(cholesky_delete),
};
