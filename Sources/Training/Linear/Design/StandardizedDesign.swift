package import LinearAlgebra

/// A design as a solver sees it: column j is x̃ = (x − center)/scale, both by the weighted moments of the rows.
///
/// Nothing is copied: centring and scaling are corrections of each product.
package struct StandardizedDesign: Sendable {
    package let store: any ColumnStore
    /// Whether the centers are the weighted means, so that Σωx̃ = 0.
    package let isCentred: Bool
    /// Relative to the columns as stored; zeros without an intercept.
    package let centers: [Double]
    /// 1 where a column is constant or is not to be scaled.
    package let scales: [Double]
    /// Σωx̃² of each column with weights of sum 1: 1 where it is scaled and centred, 0 where it is constant.
    package let squares: [Double]

    package var rows: Int { store.rows }
    package var columns: Int { store.columns }

    /// - Parameters:
    ///   - weights: ω [rows], of sum 1.
    ///   - workers: share the columns; each is read by one of them.
    package init(_ design: Design, weights: [Double], centred: Bool, scaled: Bool, workers: Int = 1) {
        (store, isCentred) = (design.store, centred)
        let (means, variances) = Self.moments(design.store, weights, workers: workers)
        var (centers, scales, squares) = ([Double](), [Double](), [Double]())
        for column in 0..<design.columns {
            let (mean, variance) = (means[column], variances[column])
            // Below the rounding of the numbers there is no deviation to tell.
            let level = abs(mean + design.shifts[column])
            let deviation = variance.squareRoot() > 8 * Double.ulpOfOne * level ? variance.squareRoot() : 0
            let scale = scaled && deviation > 0 ? deviation : 1
            // Without an intercept nothing is centred; what is stored has lost its shift, which is put back.
            let center = centred ? mean : -design.shifts[column]
            let aboutCenter = deviation * deviation + (mean - center) * (mean - center)
            centers.append(center)
            scales.append(scale)
            squares.append(aboutCenter / (scale * scale))
        }
        (self.centers, self.scales, self.squares) = (centers, scales, squares)
    }

    private static func moments(
        _ store: any ColumnStore, _ weights: [Double], workers: Int
    ) -> (means: [Double], variances: [Double]) {
        let isLarge = store.rows * store.columns >= 1 << 18  // else a second thread comes too late
        guard workers > 1, isLarge, let team = try? WorkerTeam(workers: workers) else {
            return store.moments(weights: weights)
        }
        var variances = [Double](repeating: 0, count: store.columns)
        let means = [Double](unsafeUninitializedCapacity: store.columns) { means, count in
            let means = means.baseAddress!
            variances.withUnsafeMutableBufferPointer { variances in
                let variances = variances.baseAddress!
                weights.withUnsafeBufferPointer { weights in
                    team.run { worker in
                        let range = worker.shard(of: store.columns)
                        store.moments(
                            of: range, weights: weights.baseAddress, means: means + range.lowerBound,
                            variances: variances + range.lowerBound)
                    }
                }
            }
            count = store.columns
        }
        return (means, variances)
    }

    /// products[k·count + l] = Σ_i x̃[i, selected[k]] · vectors[l·rows + i]; `sums[l]` = Σ_i vectors[l·rows + i].
    package func dots(
        _ selected: UnsafeBufferPointer<Int>, with vectors: UnsafePointer<Double>, sums: UnsafePointer<Double>,
        count: Int, into products: UnsafeMutablePointer<Double>
    ) {
        store.dots(selected, with: vectors, count: count, into: products)
        centers.withUnsafeBufferPointer { centers in
            scales.withUnsafeBufferPointer { scales in
                for k in 0..<selected.count {
                    let (center, inverse) = (centers[selected[k]], 1 / scales[selected[k]])
                    let row = products + k * count
                    for l in 0..<count { row[l] = (row[l] - center * sums[l]) * inverse }
                }
            }
        }
    }

    /// y[i] += Σ_k coefficients[k] · x̃[i, selected[k]]
    package func add(
        _ selected: UnsafeBufferPointer<Int>, times coefficients: UnsafePointer<Double>,
        to y: UnsafeMutablePointer<Double>
    ) {
        let scaled = selected.enumerated().map { coefficients[$0] / scales[$1] }
        scaled.withUnsafeBufferPointer { store.add(selected, times: $0.baseAddress!, to: y) }
        let constant = zip(selected, scaled).reduce(0) { $0 + centers[$1.0] * $1.1 }
        if constant != 0 { for i in 0..<rows { y[i] -= constant } }
    }

    /// elements[i] = x̃[i, column]
    package func copy(column: Int, into elements: UnsafeMutablePointer<Double>) {
        store.copy(column: column, into: elements)
        let (center, scale) = (centers[column], scales[column])
        for i in 0..<rows { elements[i] = (elements[i] - center) / scale }
    }
}
