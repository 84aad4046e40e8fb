# Cross-validation of glmnet 4.1: writes cross_validation.json.
#
# Run: Rscript generate_cross_validation.R (needs glmnet and jsonlite). Each case has a data file of Tests/Data, how many
# of its features are used, a family, Lariat's measure, weights, the fold of each row, the strengths, glmnet's means and
# standard errors, and the strengths it chooses. All paths are at l1Ratio 1, where glmnet's strengths are Lariat's.
# glmnet's deviance of a binomial family bounds probabilities away from 0 and 1; no case comes near (checked).
library(glmnet)
library(jsonlite)

glmnet.control(fdev = 0, devmax = 1)

case <- function(file, features, family, measure, type, strengths, smallest) {
  data <- read.csv(paste0("../Data/", file))
  x <- as.matrix(data[, seq_len(features)])
  y <- data[, ncol(data)]
  n <- nrow(x)
  weights <- 1 + (seq_len(n) - 1) %% 3 / 2
  folds <- ((seq_len(n) - 1) * 7) %% 10 + 1
  largest <- max(glmnet(x, y, family = family, weights = weights)$lambda)
  lambda <- largest * smallest^(seq(0, strengths - 1) / (strengths - 1))
  cv <- cv.glmnet(x, y, family = family, weights = weights, lambda = lambda, foldid = folds,
                  type.measure = type, thresh = 1e-14, maxit = 1e7, keep = TRUE)
  stopifnot(length(cv$lambda) == strengths)
  if (family == "binomial") stopifnot(max(abs(cv$fit.preval)) < 11)
  list(file = file, features = features, family = family, measure = measure, weights = weights, folds = folds,
       strengths = cv$lambda, means = cv$cvm, standardErrors = cv$cvsd, minimum = cv$lambda.min,
       oneStandardError = cv$lambda.1se)
}

cases <- list(
  case("diabetes.csv", 10, "gaussian", "deviance", "deviance", 40, 1e-3),
  case("breast_cancer.csv", 4, "binomial", "deviance", "deviance", 12, 0.2),
  case("breast_cancer.csv", 4, "binomial", "classificationError", "class", 12, 0.2),
  case("breast_cancer.csv", 4, "binomial", "areaUnderCurve", "auc", 12, 0.2))
write(toJSON(cases, digits = NA, auto_unbox = TRUE), "cross_validation.json")
