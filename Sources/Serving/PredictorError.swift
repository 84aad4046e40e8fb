/// Why a model cannot become a ``Predictor``.
public struct PredictorError: Error, Equatable, CustomStringConvertible {
    /// The error in words, with the layer's or feature's place.
    public let description: String

    init(dependsOnTheBatch layer: String) {
        description =
            "\(layer) keeps no running statistics, so that a row's prediction depends on the rows beside it; use Model.predict, or train with running statistics"
    }

    init(notFinite layer: String) {
        description = "\(layer) has parameters that are not finite, or leave the range of its precision once folded"
    }

    init(scale: Double, feature: Int) {
        description =
            "feature \(feature) has the deviation \(scale), whose inverse is no normal number; scale the feature"
    }
}
