# generate: series_N.csv and parameters. compare: reads what snpctl said of them; stops with an error where they differ. See compare_with_r.sh.
suppressMessages(library(surveillance))

weeks <- 330
range <- 264:weeks

generate <- function() {
  set.seed(20181222)
  t <- 0:(weeks - 1)
  expected <- list(rep(20, weeks), 30 * exp(0.35 * cos(2 * pi * t / 52)), 10 * exp(0.5 * sin(2 * pi * t / 52) + 0.002 * t), rep(150, weeks))
  for (i in seq_along(expected)) {
    y <- rnbinom(weeks, mu = expected[[i]], size = 20)
    y[100:105] <- y[100:105] + round(3 * expected[[i]][100:105])  # A past outbreak.
    y[325:330] <- y[325:330] + round(1.5 * expected[[i]][325:330])
    write.csv(data.frame(t = t, count = y), sprintf("series_%d.csv", i), row.names = FALSE, quote = FALSE)
  }
  writeLines(c("k: 1.04", "h: 2.26", "mean: 25"), "cusum.yaml")
  writeLines(c("alpha: 0.05", "pThresholdTrend: 1"), "farrington-flexible.yaml")
}

# One column of what snpctl wrote; null becomes NA.
said <- function(series, method, column) {
  lines <- readLines(sprintf("series_%d.%s.jsonl", series, method))
  pattern <- sprintf('.*"%s":([^,}]*).*', column)
  values <- sub(pattern, "\\1", lines)
  if (column == "alarm") return(values == "true")
  suppressWarnings(as.numeric(values))
}

check <- function(what, ours, theirs, tolerance) {
  if (length(ours) != length(theirs) || any(is.na(ours) != is.na(theirs))) stop(what, ": not the same points")
  if (all(is.na(ours))) stop(what, ": nothing to compare")
  off <- max(abs(ours - theirs) / pmax(1, abs(theirs)), na.rm = TRUE)
  cat(sprintf("%-46s %d points, largest relative difference %.2g\n", what, sum(!is.na(ours)), off))
  if (off > tolerance) stop(what, ": differs")
}

# The threshold of farringtonFlexible from the same steps, with the standard error of the weighted regression itself.
threshold_of_regression <- function(y, k, alpha) {
  reference <- k - 52 * (0:5)
  block <- surveillance:::blocks(reference, seq_along(y), "none", k, 5, 3, 10, FALSE)
  used <- block
  used[(k - 26):k] <- NA
  rows <- which(!is.na(used))
  fit <- function(trend) {
    data <- data.frame(y = y[rows], time = rows, block = factor(block[rows]))
    formula <- if (trend) y ~ time + block else y ~ block
    m <- suppressWarnings(glm(formula, quasipoisson, data))
    s <- surveillance:::anscombe.residuals(m, max(summary(m)$dispersion, 1))
    data$w <- surveillance:::algo.farrington.assign.weights(s, 2.58)
    suppressWarnings(glm(formula, quasipoisson, data, weights = w))
  }
  now <- data.frame(time = k, block = factor(10))
  m <- fit(TRUE)
  if (predict(m, now, type = "response") > max(y[rows])) m <- fit(FALSE)
  p <- predict(m, now, type = "response", se.fit = TRUE)
  surveillance:::algo.farrington.threshold.farrington(p$fit, p$se.fit, max(summary(m)$dispersion, 1), "2/3", alpha, y[k], "delta")$upper
}

compare <- function() {
  for (i in 1:4) {
    y <- read.csv(sprintf("series_%d.csv", i))$count
    s <- sts(observed = matrix(y), frequency = 52, start = c(2001, 1))
    name <- function(what) sprintf("series %d, %s", i, what)
    limit <- 1 - pnorm(3)
    for (kind in c("C1", "C2")) {
      method <- sprintf("ears-%s", tolower(kind))
      r <- earsC(s, control = list(method = kind, alpha = limit))
      points <- r@control$range
      check(name(paste("EARS", kind, "threshold")), said(i, method, "threshold")[points], as.vector(r@upperbound), 1e-9)
      check(name(paste("EARS", kind, "alarms")), said(i, method, "alarm")[points] + 0, as.vector(r@alarm) + 0, 0)
    }
    c2 <- sapply(seq_along(y), function(k) if (k < 10) NA else (y[k] - mean(y[(k - 9):(k - 3)])) / sd(y[(k - 9):(k - 3)]))
    c3 <- sapply(seq_along(y), function(k) if (k < 12) NA else sum(pmax(0, c2[(k - 2):k] - 1)))
    check(name("EARS C3, sum by the definition"), said(i, "ears-c3", "score"), c3, 1e-9)

    r <- cusum(s, control = list(range = seq_along(y), k = 1.04, h = 2.26, m = 25, trans = "standard"))
    check(name("CUSUM alarms"), said(i, "cusum", "alarm") + 0, as.vector(r@alarm) + 0, 0)

    r <- suppressWarnings(farringtonFlexible(s, control = list(range = range, b = 5, w = 3, noPeriods = 10, pastWeeksNotIncluded = 26, alpha = 0.05,
                                                               pThresholdTrend = 1, glmWarnings = FALSE)))
    check(name("Farrington flexible expected"), said(i, "farrington-flexible", "expected")[range], as.vector(r@control$expected), 1e-5)
    check(name("Farrington flexible threshold, as packaged"), said(i, "farrington-flexible", "threshold")[range], as.vector(r@upperbound), 0.02)
    own <- sapply(range, function(k) threshold_of_regression(y, k, 0.05))
    check(name("Farrington flexible threshold, regression"), said(i, "farrington-flexible", "threshold")[range], own, 1e-5)
  }
}

switch(commandArgs(TRUE)[1], generate = generate(), compare = compare(), stop("generate or compare"))
